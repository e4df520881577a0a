#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "workflow/train/dataset.h"

namespace workflow {

/// What rows are trained towards, sparse, as 10,000 concepts are.
struct Targets {
  struct Row {
    std::vector<std::uint32_t> positive;  ///< concepts, as places in the model's list, ascending
    std::vector<std::uint32_t> negative;
    bool rest_is_negative = false;  ///< what is in neither list is negative; else it is unknown
  };

  std::size_t concepts = 0;
  bool exclusive = true;
  std::vector<Row> rows = {};

  /// 1, 0, or -1 where nothing is known.
  int of(std::size_t row, std::size_t concept_index) const;
};

/// How what people said becomes targets.
struct TargetRules {
  bool exclusive = true;
  bool unsaid_is_negative = false;    ///< of independent concepts
  std::vector<std::string> concepts;  ///< of the model
};

/// Makes the targets of a data set's inputs.
class TargetMaker {
 public:
  TargetMaker(const Dataset& dataset, const TargetRules& rules);

  /// The target of one input. Concepts that the model does not have are passed over; a row with nothing in it says nothing
  /// and is ignored by whoever trains.
  Targets::Row operator()(std::size_t place) const;

 private:
  std::vector<std::uint32_t> translated(std::span<const std::uint32_t> list) const;

  const Dataset& dataset_;
  bool fills_up_;
  std::vector<std::uint32_t> places_;  // of the data set's concepts in the model's list; `none` where that lacks it
};

inline bool says_nothing(const Targets::Row& row) {
  return row.positive.empty() && row.negative.empty() && !row.rest_is_negative;
}

}  // namespace workflow
