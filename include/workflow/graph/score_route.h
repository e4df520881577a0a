#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/export.h"

namespace workflow {

/// Some scores of 0..1 without a hole: [0.30, 0.80) is {.low = 0.3f, .high = 0.8f, .with_high = false}.
struct WORKFLOW_EXPORT ScoreRange {
  float low = 0;
  float high = 1;
  bool with_low = true;
  bool with_high = true;

  bool empty() const { return low > high || (low == high && !(with_low && with_high)); }

  /// The scores that are in both.
  ScoreRange in_both(const ScoreRange& other) const;

  /// Whether every score of `other` is in this one.
  bool holds(const ScoreRange& other) const { return in_both(other) == other; }

  std::string to_string() const;  ///< "[0.30, 0.80)"

  friend bool operator==(const ScoreRange&, const ScoreRange&) = default;
};

/// Which scores of which concepts an operator lets through. One that tells it, `ScoreRoute route() const`, has graph.check()
/// look for gaps, overlaps and dead ends.
struct WORKFLOW_EXPORT ScoreRoute {
  std::optional<ScoreRange> others = ScoreRange{};        ///< of concepts that are not named; none: these are taken out
  std::map<std::string, ScoreRange, std::less<>> each = {};

  /// None where the concept is taken out, whatever its score.
  std::optional<ScoreRange> of(std::string_view name) const;

  /// What gets through both.
  ScoreRoute then(const ScoreRoute& next) const;

  /// Whether nothing gets through: with `names`, nothing of the concepts called so.
  bool is_dead(const std::vector<std::string>* names = nullptr) const;

  friend bool operator==(const ScoreRoute&, const ScoreRoute&) = default;

  static ScoreRoute nothing() { return {.others = std::nullopt, .each = {}}; }
};

}  // namespace workflow
