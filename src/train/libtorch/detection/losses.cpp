#include "train/libtorch/detection/losses.h"

namespace workflow {

torch::Tensor focal_loss(const torch::Tensor& logits, const torch::Tensor& targets, const torch::Tensor& counts) {
  constexpr double alpha = 0.25;
  const auto p = logits.sigmoid();
  const auto entropy = torch::binary_cross_entropy_with_logits(logits, targets, {}, {}, at::Reduction::None);
  const auto wrong = p + targets - 2 * p * targets;  // 1 - the probability of what is right
  const auto weight = (1 - alpha) + (2 * alpha - 1) * targets;
  return (weight * entropy * wrong.square() * counts).sum();
}

torch::Tensor heat_loss(const torch::Tensor& logits, const torch::Tensor& heat, const torch::Tensor& counts) {
  const auto p = logits.sigmoid();
  const auto is_centre = heat.ge(1).to(logits.scalar_type());
  const auto at_centre = (1 - p).square() * torch::log_sigmoid(logits);
  const auto elsewhere = (1 - heat).pow(4) * p.square() * torch::log_sigmoid(-logits);
  return -((is_centre * at_centre + (1 - is_centre) * elsewhere) * counts).sum();
}

torch::Tensor giou_loss(const torch::Tensor& boxes, const torch::Tensor& wanted) {
  const auto upper = [](const torch::Tensor& x) { return x.slice(1, 0, 2); };
  const auto lower = [](const torch::Tensor& x) { return x.slice(1, 2, 4); };
  const auto area = [](const torch::Tensor& sides) {
    const auto lengths = sides.clamp_min(0);
    return lengths.select(1, 0) * lengths.select(1, 1);
  };
  const auto shared = area(at::minimum(lower(boxes), lower(wanted)) - at::maximum(upper(boxes), upper(wanted)));
  const auto both = area(lower(boxes) - upper(boxes)) + area(lower(wanted) - upper(wanted)) - shared;
  const auto around = area(at::maximum(lower(boxes), lower(wanted)) - at::minimum(upper(boxes), upper(wanted)));
  constexpr double least = 1e-9;  // boxes may have lost their area
  return 1 - shared / both.clamp_min(least) + (around - both) / around.clamp_min(least);
}

}  // namespace workflow
