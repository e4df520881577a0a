#include <cmath>

#include "train/libtorch/deep/embedding_losses.h"

namespace workflow {

torch::Tensor arcface_logits(const torch::Tensor& embeddings, const torch::Tensor& centres, const torch::Tensor& labels,
                             double scale, double margin) {
  using torch::nn::functional::normalize;
  const auto cosines = torch::matmul(normalize(embeddings.to(torch::kFloat32)), normalize(centres).t());
  const auto right = cosines.gather(1, labels.unsqueeze(1));
  const auto sines = (1 - right * right).clamp_min(1e-7).sqrt();
  const auto turned = right * std::cos(margin) - sines * std::sin(margin);
  const auto harder = torch::where(right > std::cos(M_PI - margin), turned, right - margin * std::sin(margin));
  return cosines.scatter(1, labels.unsqueeze(1), harder) * scale;
}

torch::Tensor supervised_contrastive(const torch::Tensor& embeddings, const torch::Tensor& labels, double temperature) {
  const auto z = embeddings.to(torch::kFloat32);
  const auto itself = torch::eye(z.size(0), torch::TensorOptions().dtype(torch::kBool).device(z.device()));
  const auto likeness = (torch::matmul(z, z.t()) / temperature).masked_fill(itself, -1e9);
  const auto positive = ((labels.unsqueeze(0) == labels.unsqueeze(1)) & ~itself).to(torch::kFloat32);
  const auto counts = positive.sum(1);
  const auto losses = -(likeness.log_softmax(1) * positive).sum(1) / counts.clamp_min(1);
  return losses.sum() / (counts > 0).sum().clamp_min(1);
}

}  // namespace workflow
