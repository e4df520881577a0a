#include "train/libtorch/deep/embedding_losses.h"
#include "train/libtorch/deep/embedding_task.h"
#include "train/libtorch/deep/mixed_precision.h"

namespace workflow {
namespace {

// What is compared while it learns: two layers behind the embedding, which keep what the loss throws away out of it.
struct Projection : torch::nn::Module {
  Projection(std::int64_t in, std::int64_t out)
      : hidden(register_module("hidden", torch::nn::Linear(in, in))), last(register_module("last", torch::nn::Linear(in, out))) {}
  torch::Tensor operator()(const torch::Tensor& x) { return last->forward(hidden->forward(x).relu()); }
  torch::nn::Linear hidden, last;
};

Json as_features(const PictureNet& net) {
  Json settings = net.settings;
  settings["outputs"] = 1;
  settings["features"] = true;
  return settings;
}

class ContrastiveTask : public EmbeddingTask {
 public:
  ContrastiveTask(const PictureNet& net, const TaskNeeds& needs)
      : EmbeddingTask(net, as_features(net), needs), temperature_(needs.values.number("temperature")) {
    const torch::NoGradGuard no_gradient;
    this->net().eval();
    const std::int64_t length = this->net().forward(torch::zeros({1, 3, 64, 64})).front().size(1);
    projection_ = std::make_shared<Projection>(length, needs.values.integer("size"));
    learn_beside(projection_);
  }

  Example example(const Dataset& dataset, std::size_t place, Use use, std::mt19937_64& random) const override {
    Example made = EmbeddingTask::example(dataset, place, use, random);
    if (use == Use::Training) made.other_view = pictures()(image_of(dataset[place]), true, random);
    return made;
  }

  torch::Tensor input(std::span<const Example> batch) const override {
    if (batch.front().other_view.empty()) return EmbeddingTask::input(batch);
    return torch::cat({bytes_of(batch, &Example::image), bytes_of(batch, &Example::other_view)});
  }

  torch::Tensor loss(const torch::Tensor& input, std::span<const Example> batch, std::mt19937_64&) override {
    const auto features = net().forward(input).front();
    const auto projected = (*projection_)(features);
    const FullPrecision full(input.device());
    const auto labels = labels_of(batch, input.device());
    return supervised_contrastive(torch::nn::functional::normalize(projected.to(torch::kFloat32)), torch::cat({labels, labels}),
                                  temperature_);
  }

 private:
  double temperature_;
  std::shared_ptr<Projection> projection_;
};

}  // namespace

std::shared_ptr<DeepTask> make_supervised_contrastive(const PictureNet& net, const TaskNeeds& needs) {
  return std::make_shared<ContrastiveTask>(net, needs);
}

}  // namespace workflow
