// What the losses of detection give, against values worked out from the papers' formulas one number at a time; those of the
// focal loss and of GIoU are torchvision's too (sigmoid_focal_loss, generalized_box_iou_loss).
#include <torch/torch.h>

#include "catch.h"
#include "train/libtorch/detection/losses.h"

using namespace workflow;

TEST_CASE("The focal loss gives what its formula says, and nothing for what does not count") {
  const auto logits = torch::tensor({-2.0f, -0.5f, 0.0f, 1.0f, 3.0f, -4.0f});
  const auto targets = torch::tensor({0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f});
  auto counts = torch::ones({6});
  CHECK(focal_loss(logits, targets, counts).item<double>() == Approx(3.2747723233316757).epsilon(1e-6));
  counts[5] = 0;
  CHECK(focal_loss(logits, targets, counts).item<double>() == Approx(2.3060455138423386).epsilon(1e-6));
  const auto far = torch::tensor({200.0f, -200.0f});
  CHECK(focal_loss(far, torch::tensor({1.0f, 0.0f}), torch::ones({2})).item<double>() == 0);
  CHECK(torch::isfinite(focal_loss(far, torch::tensor({0.0f, 1.0f}), torch::ones({2}))).item<bool>());
}

TEST_CASE("The loss of heat maps forgives a high score near a centre") {
  const auto logits = torch::tensor({2.0f, -1.0f, 0.5f, -3.0f}), heat = torch::tensor({1.0f, 0.5f, 0.0f, 0.9f});
  CHECK(heat_loss(logits, heat, torch::ones({4})).item<double>() == Approx(0.3806313032172619).epsilon(1e-6));
  CHECK(heat_loss(logits, heat, torch::tensor({1.0f, 0.0f, 0.0f, 0.0f})).item<double>() ==
        Approx(0.0018035628352403813).epsilon(1e-5));
  const auto far = torch::tensor({200.0f, -200.0f});
  CHECK(torch::isfinite(heat_loss(far, torch::tensor({0.0f, 1.0f}), torch::ones({2}))).item<bool>());
}

TEST_CASE("The loss of boxes is 1 - GIoU, and has a gradient where they are apart") {
  auto boxes = torch::tensor(
      {{0.0f, 0.0f, 2.0f, 2.0f}, {0.0f, 0.0f, 1.0f, 1.0f}, {0.0f, 0.0f, 1.0f, 1.0f}, {0.0f, 0.0f, 4.0f, 4.0f}});
  const auto wanted = torch::tensor(
      {{1.0f, 1.0f, 3.0f, 3.0f}, {0.0f, 0.0f, 1.0f, 1.0f}, {3.0f, 0.0f, 4.0f, 1.0f}, {1.0f, 1.0f, 2.0f, 3.0f}});
  boxes.requires_grad_();
  const auto losses = giou_loss(boxes, wanted);
  const std::vector<double> by_hand = {1.0793650793650793, 0, 1.5, 0.875};
  for (std::int64_t i = 0; i < 4; ++i)
    CHECK(losses[i].item<double>() == Approx(by_hand[static_cast<std::size_t>(i)]).margin(1e-6));
  losses.sum().backward();
  CHECK(torch::isfinite(boxes.grad()).all().item<bool>());
  CHECK(boxes.grad()[2][2].item<double>() < 0);  // the right edge has to go right

  auto none = torch::tensor({{0.5f, 0.5f, 0.5f, 0.5f}});  // without an area
  none.requires_grad_();
  const auto loss = giou_loss(none, torch::tensor({{0.0f, 0.0f, 1.0f, 1.0f}}));
  loss.sum().backward();
  CHECK(loss.item<double>() == Approx(1));
  CHECK(torch::isfinite(none.grad()).all().item<bool>());
}
