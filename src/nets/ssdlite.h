#pragma once

#include <array>

#include "nets/mobile_block.h"

namespace workflow {

/// SSDlite on a MobileNetV3-large with a reduced tail (Howard et al. 2019), torchvision's ssdlite320_mobilenet_v3_large
/// under its own names. Takes [N, 3, 320, 320]; other sizes whose sides are multiples of 32 run too.
/// Gives two outputs: boxes [N, P, 4], left, top, right, bottom, relative to the input, P = 3234 at 320; and raw scores
/// [N, P, classes], the first a background's.
class SsdLite : public Net {
 public:
  explicit SsdLite(std::int64_t classes = 91);
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

  /// The anchors of its boxes for an input of this size: centre x and y, width and height, relative to it; [P, 4].
  static torch::Tensor anchors(std::int64_t height, std::int64_t width);

 private:
  using Path = std::vector<ConvUnit*>;

  ConvUnit& unit(const std::string& name, ConvSettings settings);
  Path head(const std::string& name, std::int64_t in, std::int64_t out);
  static torch::Tensor run(const Path& path, const torch::Tensor& x);

  std::int64_t classes_;
  ConvUnit* stem_;
  std::vector<MobileBlock> blocks_;  // up to stride 16
  ConvUnit* widen_;                  // of the block that halves the map: the first map that is read
  Path narrow_;                      // the rest of that block, in part
  ConvUnit* squeeze_;
  ConvUnit* excite_;
  ConvUnit* project_;
  std::vector<MobileBlock> tail_;
  ConvUnit* last_;
  std::vector<Path> further_;
  std::vector<Path> scores_;
  std::vector<Path> boxes_;
};

}  // namespace workflow
