#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "workflow/train/dataset.h"

namespace workflow {

/// The held-out places of each fold, ascending: stratified, groups whole; together every place but those whose concept has
/// no other example.
std::vector<std::vector<std::size_t>> held_out_folds(const Dataset& dataset, int folds, std::uint64_t seed);

}  // namespace workflow
