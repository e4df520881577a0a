#pragma once

#include <cstdint>
#include <vector>

#include "app/database.h"
#include "workflow/app/review.h"

namespace workflow {

/// The ids of the annotations to decide on next, in the order of the strategy: those that are in review or put up by an
/// audit, that this reviewer neither has nor has voted on, and that as few others have as a consensus leaves room for.
std::vector<std::int64_t> queue_front(Database& db, std::size_t most, const NextOptions& options, int consensus);

}  // namespace workflow
