#include "train/libtorch/deep/task.h"

namespace workflow {

torch::Tensor DeepTask::bytes_of(std::span<const Example> batch, Image Example::* picture) {
  const std::int64_t height = (batch.front().*picture).height(), width = (batch.front().*picture).width();
  auto pixels = torch::empty({static_cast<std::int64_t>(batch.size()), height, width, 3}, torch::kUInt8);
  auto* to = pixels.data_ptr<std::uint8_t>();
  for (const Example& example : batch) {
    const Image& image = example.*picture;
    TORCH_CHECK(image.height() == height && image.width() == width, "examples of different sizes in one batch");
    for (int y = 0; y < height; ++y) {
      const std::uint8_t* from = image.row(y);
      for (std::int64_t x = 0; x < width; ++x, from += 3, to += 3) {
        to[0] = from[2];
        to[1] = from[1];
        to[2] = from[0];
      }
    }
  }
  return pixels.permute({0, 3, 1, 2});
}

}  // namespace workflow
