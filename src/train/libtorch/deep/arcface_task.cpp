#include "train/libtorch/deep/embedding_losses.h"
#include "train/libtorch/deep/embedding_task.h"
#include "train/libtorch/deep/mixed_precision.h"

namespace workflow {
namespace {

// A direction for each concept.
struct Centres : torch::nn::Module {
  Centres(std::int64_t concepts, std::int64_t length)
      : weight(register_parameter("centres", torch::nn::init::xavier_uniform_(torch::empty({concepts, length})))) {}
  torch::Tensor weight;
};

Json with_outputs(const PictureNet& net, const TaskNeeds& needs) {
  Json settings = net.settings;
  settings["outputs"] = needs.values.integer("size");
  return settings;
}

class ArcFaceTask : public EmbeddingTask {
 public:
  ArcFaceTask(const PictureNet& net, const TaskNeeds& needs)
      : EmbeddingTask(net, with_outputs(net, needs), needs),
        scale_(needs.values.number("scale")),
        margin_(needs.values.number("margin")),
        centres_(std::make_shared<Centres>(static_cast<std::int64_t>(concepts().size()), needs.values.integer("size"))) {
    learn_beside(centres_);
  }

  torch::Tensor loss(const torch::Tensor& input, std::span<const Example> batch, std::mt19937_64&) override {
    const auto embeddings = net().forward(input).front();
    const FullPrecision full(input.device());
    const auto labels = labels_of(batch, input.device());
    return torch::cross_entropy_loss(arcface_logits(embeddings, centres_->weight, labels, scale_, margin_), labels);
  }

 private:
  double scale_;
  double margin_;
  std::shared_ptr<Centres> centres_;
};

}  // namespace

std::shared_ptr<DeepTask> make_arcface(const PictureNet& net, const TaskNeeds& needs) {
  return std::make_shared<ArcFaceTask>(net, needs);
}

}  // namespace workflow
