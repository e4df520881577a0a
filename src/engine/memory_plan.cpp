#include "engine/memory_plan.h"

#include <algorithm>
#include <numeric>

namespace workflow {

MemoryPlan plan_memory(std::span<const Need> needs) {
  constexpr std::size_t alignment = 64;
  const auto aligned = [](std::size_t bytes) { return (bytes + alignment - 1) / alignment * alignment; };
  std::vector<std::size_t> order(needs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return needs[i].bytes; });

  MemoryPlan plan;
  plan.offsets.resize(needs.size());
  std::vector<std::size_t> placed;  // sorted by offset
  for (const std::size_t i : order) {
    std::size_t offset = 0;
    for (const std::size_t other : placed) {
      if (needs[other].last < needs[i].first || needs[i].last < needs[other].first) continue;
      if (plan.offsets[other] >= offset + needs[i].bytes) break;
      offset = std::max(offset, aligned(plan.offsets[other] + needs[other].bytes));
    }
    plan.offsets[i] = offset;
    plan.bytes = std::max(plan.bytes, aligned(offset + needs[i].bytes));
    placed.insert(std::ranges::upper_bound(placed, offset, {}, [&](std::size_t each) { return plan.offsets[each]; }), i);
  }
  return plan;
}

}  // namespace workflow
