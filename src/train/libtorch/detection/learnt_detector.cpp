#include "train/libtorch/detection/learnt_detector.h"

#include <cmath>

namespace workflow {

void expect_little(torch::nn::Module& net, const std::string& layer) {
  constexpr double prior = 0.01;
  const torch::NoGradGuard no_gradient;
  net.named_parameters()[layer + ".weight"].zero_();  // features may be large where nothing normalises them
  net.named_parameters()[layer + ".bias"].fill_(-std::log((1 - prior) / prior));
}

void begin_convolutions(torch::nn::Module& net) {
  const torch::NoGradGuard no_gradient;
  for (auto& parameter : net.named_parameters()) {
    if (parameter.value().dim() == 4)
      torch::nn::init::kaiming_normal_(parameter.value(), 0, torch::kFanOut, torch::kReLU);
    else if (parameter.key().ends_with(".bias"))
      parameter.value().zero_();
  }
}

}  // namespace workflow
