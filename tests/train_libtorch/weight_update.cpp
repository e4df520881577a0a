#include "train/libtorch/deep/weight_update.h"

#include <torch/torch.h>

#include "catch.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/train/training_template.h"

using namespace workflow;

namespace {

LoopSettings settings_with(std::initializer_list<Json::Member> changes) {
  const TrainingTemplate shape = Catalogue::open("/nonexistent").training_template("classification/tiny");
  HyperparameterValues values(shape.hyperparameters());
  for (const auto& [name, value] : changes) values.set(name, shape.checked(name, value));
  return LoopSettings(values);
}

// Ten steps on the same made-up gradients by us and by LibTorch.
void compare(const LoopSettings& settings, torch::optim::Optimizer& theirs_steps, const torch::Tensor& theirs) {
  const auto ours = theirs.detach().clone().requires_grad_();
  const std::vector<LearntParameter> parameters{{.name = "weight", .tensor = ours}};
  WeightUpdate update(settings, parameters);
  torch::manual_seed(1);
  for (int step = 0; step < 10; ++step) {
    const auto gradient = torch::randn_like(theirs.detach());
    torch::Tensor(theirs).mutable_grad() = gradient.clone();
    torch::Tensor(ours).mutable_grad() = gradient.clone();
    theirs_steps.step();
    update.step(settings.learning_rate);
  }
  CHECK(torch::allclose(ours, theirs, 1e-6, 1e-7));
}

}  // namespace

TEST_CASE("A step of SGD is LibTorch's own") {
  const LoopSettings settings = settings_with({{"optimiser", "sgd"}, {"learning_rate", 0.1}, {"momentum", 0.9}, {"weight_decay", 0.01}});
  const auto weight = torch::ones({3, 4}).requires_grad_();
  torch::optim::SGD theirs({weight}, torch::optim::SGDOptions(0.1).momentum(0.9).nesterov(true).weight_decay(0.01));
  compare(settings, theirs, weight);
}

TEST_CASE("A step of AdamW is LibTorch's own") {
  const LoopSettings settings = settings_with({{"optimiser", "adamw"}, {"learning_rate", 0.1}, {"momentum", 0.9}, {"weight_decay", 0.01}});
  const auto weight = torch::ones({3, 4}).requires_grad_();
  torch::optim::AdamW theirs({weight}, torch::optim::AdamWOptions(0.1).weight_decay(0.01));
  compare(settings, theirs, weight);
}

TEST_CASE("Gradients are clipped to a norm of all of them together") {
  const auto weight = torch::zeros({2}).requires_grad_(), bias = torch::zeros({1}).requires_grad_();
  torch::Tensor(weight).mutable_grad() = torch::tensor({3.0f, 0.0f});
  torch::Tensor(bias).mutable_grad() = torch::tensor({4.0f});
  const std::vector<LearntParameter> parameters{{.name = "weight", .tensor = weight}, {.name = "bias", .tensor = bias}};
  CHECK(clip_gradients(parameters, 1) == Approx(5));
  CHECK(weight.grad()[0].item<float>() == Approx(0.6f));
  CHECK(clip_gradients(parameters, 100) == Approx(1));
  CHECK(bias.grad()[0].item<float>() == Approx(0.8f));
}
