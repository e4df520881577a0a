#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workflow/train/dataset.h"

namespace workflow {

/// An input's concepts as places in the data set's list, ascending.
struct Labels {
  std::vector<std::uint32_t> positive;
  std::vector<std::uint32_t> negative;
};

/// What all parts of a data set share.
struct Dataset::Whole {
  std::vector<LabelledInput> inputs;
  std::vector<Labels> labels;
  std::vector<std::string> concepts;
  std::vector<DatasetFault> faults;
  std::vector<DatasetFault> box_faults;
  DatasetOptions options;
};

}  // namespace workflow
