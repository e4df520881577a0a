#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace workflow {

/// A piece of memory that is needed from one command to another, both included.
struct Need {
  std::size_t bytes = 0;
  std::size_t first = 0;
  std::size_t last = 0;
};

struct MemoryPlan {
  std::vector<std::size_t> offsets;  ///< one for each need, multiples of 64
  std::size_t bytes = 0;             ///< of the whole
};

/// Puts all pieces into one block: two that are needed at the same time never overlap. The largest go first, each at
/// the lowest place that is free, which is near the least that is possible for nets (Pisarchyk and Lee 2020).
MemoryPlan plan_memory(std::span<const Need> needs);

}  // namespace workflow
