#include <torch/torch.h>

#include <cmath>

#include "catch.h"
#include "train/libtorch/deep/concept_measure.h"
#include "train/libtorch/deep/kept_memory.h"
#include "train/libtorch/deep/mixup.h"
#include "train/libtorch/deep/moving_average.h"
#include "train/libtorch/deep/torch_random.h"

using namespace workflow;

namespace {

double loss_of(const std::vector<float>& logits, const std::vector<float>& targets, bool exclusive, double smoothing = 0) {
  const auto row = [](const std::vector<float>& values) { return torch::tensor(values).unsqueeze(0); };
  return concept_losses(row(logits), row(targets), exclusive, smoothing)[0].item<double>();
}

}  // namespace

TEST_CASE("Exclusive concepts have the cross-entropy, also where only what is wrong is known") {
  const double all = std::exp(1.0) + std::exp(2.0) + std::exp(0.5);
  CHECK(loss_of({1, 2, 0.5f}, {0, 1, 0}, true) == Approx(-std::log(std::exp(2.0) / all)));
  CHECK(loss_of({1, 2, 0.5f}, {-1, 0, -1}, true) == Approx(-std::log((std::exp(1.0) + std::exp(0.5)) / all)));
  const double spread = -(std::log(std::exp(1.0) / all) + std::log(std::exp(2.0) / all) + std::log(std::exp(0.5) / all)) / 3;
  CHECK(loss_of({1, 2, 0.5f}, {0, 1, 0}, true, 0.1) == Approx(0.9 * -std::log(std::exp(2.0) / all) + 0.1 * spread));
}

TEST_CASE("Independent concepts have the mean over what is known of them") {
  const auto one = [](double logit, double target) { return std::log(1 + std::exp(logit)) - target * logit; };
  CHECK(loss_of({1, -2, 3}, {1, 0, -1}, false) == Approx((one(1, 1) + one(-2, 0)) / 2));
  CHECK(loss_of({1, -2, 3}, {-1, -1, -1}, false) == 0);
}

TEST_CASE("Shares of mixup have the mean and spread of their beta distribution, and are the same for the same seed") {
  for (const double alpha : {0.1, 0.4, 1.0}) {
    std::mt19937_64 random(3), same(3);
    double sum = 0, squares = 0;
    constexpr int count = 20000;
    for (int i = 0; i < count; ++i) {
      const double share = mixup_share(alpha, random);
      REQUIRE((share >= 0 && share <= 1));
      REQUIRE(mixup_share(alpha, same) == share);
      sum += share, squares += share * share;
    }
    const double mean = sum / count, variance = squares / count - mean * mean;
    CHECK(mean == Approx(0.5).margin(0.02));
    CHECK(variance == Approx(1 / (4 * (2 * alpha + 1))).epsilon(0.03));
  }
}

TEST_CASE("Averages take the weights' place and give it back") {
  torch::nn::Linear layer(2, 2);
  MovingAverage average(*layer, 0.9);
  const auto before = layer->weight.detach().clone();
  {
    const torch::NoGradGuard no_gradient;
    layer->weight.add_(1);
  }
  average.add(1000);
  average.swap();
  CHECK(torch::allclose(layer->weight, before + 0.1, 0, 1e-6));
  average.swap();
  CHECK(torch::allclose(layer->weight, before + 1, 0, 1e-6));
}

TEST_CASE("Tensors outlive the memory that they were given from, and the host's allocator comes back") {
  auto* const before = c10::GetAllocator(c10::DeviceType::CPU);
  torch::Tensor kept;
  {
    const KeptMemory memory;
    CHECK(c10::GetAllocator(c10::DeviceType::CPU) != before);
    const void* first = nullptr;
    {
      const auto large = torch::ones({1 << 20});
      first = large.data_ptr();
    }
    const auto again = torch::ones({1 << 20});
    CHECK(again.data_ptr() == first);
    kept = torch::ones({1 << 18});
  }
  CHECK(c10::GetAllocator(c10::DeviceType::CPU) == before);
  CHECK(kept.sum().item<float>() == 1 << 18);
}

TEST_CASE("A host's random numbers go on as if no training had drawn any") {
  torch::manual_seed(5);
  const auto wanted = torch::rand({3});
  torch::manual_seed(5);
  {
    TorchRandom random(torch::kCPU);
    random.seed(1);
    torch::rand({10});
  }
  CHECK(torch::equal(torch::rand({3}), wanted));
}
