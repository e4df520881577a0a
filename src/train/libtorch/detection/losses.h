#pragma once

#include <torch/torch.h>

namespace workflow {

/// The focal loss of raw scores against targets of 0 and 1, as large as they are, summed over all where `counts` is not 0;
/// alpha 0.25, gamma 2. Lin et al.: Focal Loss for Dense Object Detection, 2017.
torch::Tensor focal_loss(const torch::Tensor& logits, const torch::Tensor& targets, const torch::Tensor& counts);

/// CenterNet's focal loss of raw heat maps: near a centre, where `heat` is high but not 1, a high score costs little.
/// Summed, weighted by `counts`. Law and Deng: CornerNet, 2018.
torch::Tensor heat_loss(const torch::Tensor& logits, const torch::Tensor& heat, const torch::Tensor& counts);

/// 1 - GIoU of boxes [n, 4] (left, top, right, bottom, in any unit) with each other, [n], 0 to 2.
/// Rezatofighi et al.: Generalized Intersection over Union, 2019.
torch::Tensor giou_loss(const torch::Tensor& boxes, const torch::Tensor& wanted);

}  // namespace workflow
