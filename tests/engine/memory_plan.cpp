#include "engine/memory_plan.h"

#include <random>

#include "catch.h"

using namespace workflow;

TEST_CASE("Pieces that are needed at the same time never overlap, and others share") {
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    std::vector<Need> needs(1 + random() % 40);
    std::size_t sum = 0;
    for (Need& need : needs) {
      need.first = random() % 30;
      need.last = need.first + random() % 6;
      need.bytes = random() % 5000;
      sum += need.bytes + 64;
    }
    const MemoryPlan plan = plan_memory(needs);
    CHECK(plan.bytes <= sum);
    for (std::size_t i = 0; i < needs.size(); ++i) {
      CHECK(plan.offsets[i] % 64 == 0);
      CHECK(plan.offsets[i] + needs[i].bytes <= plan.bytes);
      for (std::size_t k = 0; k < i; ++k) {
        if (needs[i].last < needs[k].first || needs[k].last < needs[i].first) continue;
        const bool apart =
            plan.offsets[i] + needs[i].bytes <= plan.offsets[k] || plan.offsets[k] + needs[k].bytes <= plan.offsets[i];
        CHECK(apart);
      }
    }
  }
}

TEST_CASE("A chain of tensors takes two places, none of none takes nothing") {
  std::vector<Need> chain;
  for (std::size_t i = 0; i < 10; ++i) chain.push_back({.bytes = 1024, .first = i, .last = i + 1});
  CHECK(plan_memory(chain).bytes == 2048);
  CHECK(plan_memory({}).bytes == 0);
}
