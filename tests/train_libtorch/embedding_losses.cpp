#include "train/libtorch/deep/embedding_losses.h"

#include <cmath>

#include "catch.h"

using namespace workflow;

TEST_CASE("ArcFace turns the angle to the right concept by its margin, and leaves the others") {
  const auto embedding = torch::tensor({{std::cos(0.4f), std::sin(0.4f)}}) * 7;  // the length does not count
  const auto centres = torch::tensor({{1.0f, 0.0f}, {0.0f, 2.0f}});
  const auto logits = arcface_logits(embedding, centres, torch::tensor({std::int64_t{0}}), 30, 0.3);
  CHECK(logits[0][0].item<float>() == Approx(30 * std::cos(0.7)).epsilon(1e-4));
  CHECK(logits[0][1].item<float>() == Approx(30 * std::sin(0.4)).epsilon(1e-4));
}

TEST_CASE("ArcFace falls on beyond pi, where the cosine would rise again") {
  double before = 100;
  for (const float angle : {2.0f, 2.6f, 2.9f, 3.0f, 3.1f}) {
    const auto embedding = torch::tensor({{std::cos(angle), std::sin(angle)}});
    const double logit = arcface_logits(embedding, torch::tensor({{1.0f, 0.0f}}), torch::tensor({std::int64_t{0}}), 1, 0.5)[0][0].item<double>();
    CHECK(logit < before);
    before = logit;
  }
}

TEST_CASE("ArcFace's gradient is finite where an embedding lies on its centre") {
  const auto embedding = torch::tensor({{1.0f, 0.0f}}).requires_grad_();
  arcface_logits(embedding, torch::tensor({{1.0f, 0.0f}}), torch::tensor({std::int64_t{0}}), 64, 0.5).sum().backward();
  CHECK(torch::isfinite(embedding.grad()).all().item<bool>());
}

TEST_CASE("The supervised contrastive loss is that of the paper, summed by hand") {
  torch::manual_seed(2);
  const auto z = torch::nn::functional::normalize(torch::randn({5, 3}));
  const std::vector<std::int64_t> labels = {0, 1, 0, 1, 2};
  constexpr double temperature = 0.2;
  double sum = 0;
  int anchors = 0;
  const auto likeness = [&](int i, int j) { return std::exp(z[i].dot(z[j]).item<double>() / temperature); };
  for (int i = 0; i < 5; ++i) {
    double all = 0, mean = 0;
    int positives = 0;
    for (int j = 0; j < 5; ++j) all += j == i ? 0 : likeness(i, j);
    for (int j = 0; j < 5; ++j)
      if (j != i && labels[static_cast<std::size_t>(j)] == labels[static_cast<std::size_t>(i)]) mean -= std::log(likeness(i, j) / all), ++positives;
    if (positives > 0) sum += mean / positives, ++anchors;
  }
  CHECK(anchors == 4);
  CHECK(supervised_contrastive(z, torch::tensor(labels), temperature).item<double>() == Approx(sum / anchors).epsilon(1e-5));
}

TEST_CASE("A batch without two of a concept has no contrastive loss, and no NaN") {
  const auto z = torch::nn::functional::normalize(torch::randn({3, 4}));
  CHECK(supervised_contrastive(z, torch::tensor({std::int64_t{0}, std::int64_t{1}, std::int64_t{2}}), 0.1).item<double>() == 0);
}
