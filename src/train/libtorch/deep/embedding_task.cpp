#include "train/libtorch/deep/embedding_task.h"

#include <algorithm>

#include "nets/architectures.h"
#include "train/deep/learnable.h"
#include "train/libtorch/deep/saved_weights.h"
#include "train/retrieval.h"

namespace workflow {
namespace {

// A module that only holds others.
struct Learner : torch::nn::Module {};

class RetrievalOfHeldOut : public Measure {
 public:
  void add(const std::vector<torch::Tensor>& outputs, std::span<const Example> batch) override {
    embeddings_.push_back(torch::nn::functional::normalize(outputs.front()));
    for (const Example& example : batch) labels_.push_back(example.label);
  }

  Measured measured() override {
    RetrievalMeasure measure;
    if (!embeddings_.empty()) {
      const auto all = torch::cat(embeddings_);
      constexpr std::int64_t rows = 256;
      for (std::int64_t begin = 0; begin < all.size(0); begin += rows) {
        const auto likeness = torch::matmul(all.slice(0, begin, begin + rows), all.t()).contiguous();
        for (std::int64_t i = 0; i < likeness.size(0); ++i)
          measure.add({likeness.data_ptr<float>() + i * likeness.size(1), labels_.size()}, labels_,
                      static_cast<std::size_t>(begin + i));
      }
    }
    quality_ = measure.quality();
    return {{}, "recall@1", quality_.recall_at_1};
  }

  void tell(Report& report, const Dataset&) override {
    report.held_out = labels_.size();
    report.retrieval = quality_;
  }

 private:
  std::vector<torch::Tensor> embeddings_;
  std::vector<std::int64_t> labels_;
  RetrievalQuality quality_;
};

}  // namespace

EmbeddingTask::EmbeddingTask(const PictureNet& net, Json net_settings, const TaskNeeds& needs)
    : input_(net, needs.values), shape_(net), learner_(std::make_shared<Learner>()) {
  check_takes(needs.train, false, "this template");
  concepts_ = learnable(needs.train, 2, needs.notes);
  shape_.settings = std::move(net_settings);
  net_ = make_net(shape_.architecture, shape_.settings);
  learner_->register_module("net", net_);
}

bool EmbeddingTask::is_head(std::string_view parameter) const {
  return std::ranges::any_of(shape_.head, [&](const std::string& prefix) { return parameter.starts_with(prefix); });
}

std::vector<std::uint32_t> EmbeddingTask::places(const Dataset& dataset, Use use) const {
  check_takes(dataset, false, "this template");
  std::vector<std::uint32_t> places;
  for (std::uint32_t i = 0; i < dataset.size(); ++i) {
    if (dataset.positive(i).size() != 1) continue;
    const std::string& name = dataset.concepts()[dataset.positive(i).front()];
    if (use == Use::Measuring || std::ranges::find(concepts_, name) != concepts_.end()) places.push_back(i);
  }
  return places;
}

Example EmbeddingTask::example(const Dataset& dataset, std::size_t place, Use use, std::mt19937_64& random) const {
  Example made;
  made.image = input_(image_of(dataset[place]), use == Use::Training, random);
  made.label = dataset.positive(place).front();
  // What is held out may be of concepts that were never learnt, which is the point; so there the label is its own list's.
  if (use == Use::Training)
    made.label = std::ranges::find(concepts_, dataset.concepts()[static_cast<std::size_t>(made.label)]) - concepts_.begin();
  return made;
}

std::unique_ptr<Measure> EmbeddingTask::measure() const { return std::make_unique<RetrievalOfHeldOut>(); }

ModelDirectory EmbeddingTask::model() const {
  ModelDirectory model;
  model.spec.task = "image embedding";
  model.spec.input = "image";
  model.spec.output = "embedding";
  model.spec.architecture = shape_.architecture;
  model.spec.settings = shape_.settings;
  model.spec.preprocessing = input_.preprocessing();
  model.spec.decoding = Json::object({{"kind", "vector"}, {"normalise", true}});
  model.spec.description = "Brings pictures of one concept near each other";
  model.weights = saved_weights(*net_);
  return model;
}

torch::Tensor EmbeddingTask::labels_of(std::span<const Example> batch, const torch::Device& device) {
  std::vector<std::int64_t> labels;
  for (const Example& example : batch) labels.push_back(example.label);
  return torch::tensor(labels).to(device);
}

}  // namespace workflow
