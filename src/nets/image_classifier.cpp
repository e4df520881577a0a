#include "nets/image_classifier.h"

namespace workflow {

std::vector<torch::Tensor> ImageClassifier::forward(const torch::Tensor& x) {
  const auto features = last_map(x).mean({2, 3});
  return {features_ ? features : scores(features)};
}

}  // namespace workflow
