#pragma once

#include <cstdint>
#include <vector>

#include "app/database.h"

namespace workflow {

/// Up to `most` of some annotations that are far from each other in a model's space: the first, then each time the one that
/// is farthest from all chosen so far (greedy k-centre: Gonzalez 1985; as active learning, Sener and Savarese 2018). Where
/// an annotation has no stored embedding its input's stands for it; those without either come last, in their order.
std::vector<std::int64_t> far_apart(Database& db, const std::vector<std::int64_t>& ids, std::size_t most);

}  // namespace workflow
