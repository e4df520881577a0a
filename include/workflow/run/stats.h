#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "workflow/base/export.h"

namespace workflow {

/// What one step did so far.
struct StepStats {
  std::string step = {};
  std::uint64_t batches = 0;  ///< times that it was called with a window's items
  std::uint64_t items_in = 0;
  std::uint64_t items_out = 0;
  std::uint64_t failures = 0;
  double seconds = 0;  ///< spent in it, all threads added up
  std::map<std::string, std::uint64_t, std::less<>> tallies = {};  ///< what it did that its items do not show: {"clipped", 3}
};

/// What a run did so far: inputs, failures and time by step; an input's step is its decoding. Prints as a table.
struct WORKFLOW_EXPORT RunStats {
  std::uint64_t inputs = 0;
  std::uint64_t failed_inputs = 0;  ///< with at least one error
  double seconds = 0;               ///< on the clock, from the run's start to its last window
  std::vector<StepStats> steps = {};

  std::string to_string() const;
};

}  // namespace workflow

template <>
struct fmt::formatter<workflow::RunStats> : fmt::formatter<fmt::string_view> {
  template <class Context>
  auto format(const workflow::RunStats& stats, Context& context) const {
    return fmt::formatter<fmt::string_view>::format(stats.to_string(), context);
  }
};
