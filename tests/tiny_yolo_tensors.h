#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace workflow::test {

/// The tensors of tiny-yolo, a small net whose weights tests make up, with their shapes.
inline std::vector<std::pair<std::string, std::vector<std::int64_t>>> tiny_yolo_tensors() {
  std::vector<std::pair<std::string, std::vector<std::int64_t>>> tensors = {{"conv0.weight", {16, 3, 3, 3}},
                                                                            {"conv0.bias", {16}}};
  for (std::int64_t i = 1, channels = 16; i <= 5; ++i, channels *= 2) {
    const std::string name = "conv" + std::to_string(i);
    tensors.push_back({name + ".depthwise.weight", {channels, 1, 3, 3}});
    tensors.push_back({name + ".pointwise.weight", {channels * 2, channels, 1, 1}});
    tensors.push_back({name + ".pointwise.bias", {channels * 2}});
  }
  tensors.push_back({"conv8.weight", {25, 512, 1, 1}});
  tensors.push_back({"conv8.bias", {25}});
  return tensors;
}

}  // namespace workflow::test
