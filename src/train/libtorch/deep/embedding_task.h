#pragma once

#include "train/libtorch/deep/picture_input.h"
#include "train/libtorch/deep/task.h"

namespace workflow {

/// What embedding tasks have in common: a picture's one concept as its label, retrieval as the measure, an embedder as the
/// model. A derived class makes the net and its loss in its constructor.
class EmbeddingTask : public DeepTask {
 public:
  EmbeddingTask(const PictureNet& net, Json net_settings, const TaskNeeds& needs);

  torch::nn::Module& learner() override { return *learner_; }
  Net& net() override { return *net_; }
  bool is_head(std::string_view parameter) const override;
  std::vector<std::uint32_t> places(const Dataset& dataset, Use use) const override;
  Example example(const Dataset& dataset, std::size_t place, Use use, std::mt19937_64& random) const override;
  torch::Tensor normalised(const torch::Tensor& input) const override { return input_.normalised(input); }
  std::unique_ptr<Measure> measure() const override;
  ModelDirectory model() const override;
  const std::vector<std::string>& concepts() const override { return concepts_; }

 protected:
  const PictureInput& pictures() const { return input_; }

  /// Takes in what the loss learns; its parameters are called `loss.`...
  void learn_beside(std::shared_ptr<torch::nn::Module> loss) { learner_->register_module("loss", std::move(loss)); }

  static torch::Tensor labels_of(std::span<const Example> batch, const torch::Device& device);

 private:
  PictureInput input_;
  PictureNet shape_;
  std::vector<std::string> concepts_;
  std::shared_ptr<Net> net_;
  std::shared_ptr<torch::nn::Module> learner_;
};

}  // namespace workflow
