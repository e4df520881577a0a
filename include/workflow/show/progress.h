#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "workflow/base/export.h"

namespace workflow {

/// How far a piece of work is.
struct ProgressStep {
  std::string what = {};            ///< "embedding", "training"
  std::uint64_t done = 0;           ///< items, or epochs
  std::uint64_t of = 0;             ///< 0 where nobody knows
  double seconds = 0;               ///< since this piece began
  std::optional<double> loss = {};  ///< where there is one
};

/// What a host does with it; called from the thread that works, at most some twenty times a second and at the end.
using Progress = std::function<void(const ProgressStep&)>;

/// A bar on standard error with items a second, the loss and the time left: one line that is written over on a terminal,
/// else a line at the end of each piece of work. The library never shows one unless it is handed this.
WORKFLOW_EXPORT Progress progress_bar();

/// The bar's line, at most `width` columns.
WORKFLOW_EXPORT std::string progress_line(const ProgressStep& step, std::size_t width = 79);

}  // namespace workflow
