#include "train/libtorch/detection/location_batch.h"

namespace workflow {

LocationBatch::LocationBatch(std::span<const std::vector<LocationTarget>> pictures, std::int64_t classes,
                             std::int64_t first_class, const torch::Device& device) {
  const auto n = static_cast<std::int64_t>(pictures.size());
  const auto locations = static_cast<std::int64_t>(pictures.empty() ? 0 : pictures[0].size());
  one_hot = torch::zeros({n, locations, classes});
  counts = torch::ones({n, locations, 1});
  std::vector<std::int64_t> places;
  std::vector<float> edges;
  std::int64_t place = 0;
  for (const auto& picture : pictures)
    for (const LocationTarget& target : picture) {
      if (target.label == LocationTarget::ignored) counts.data_ptr<float>()[place] = 0;
      if (target.label >= 0) {
        one_hot.data_ptr<float>()[place * classes + first_class + target.label] = 1;
        places.push_back(place);
        edges.insert(edges.end(), {target.box.left, target.box.top, target.box.right, target.box.bottom});
      }
      ++place;
    }
  positive = torch::tensor(places, torch::kInt64);
  boxes = torch::tensor(edges, torch::kFloat32).view({-1, 4});
  for (torch::Tensor* each : {&one_hot, &counts, &positive, &boxes}) *each = each->to(device);
  share = 1 / static_cast<double>(std::max<std::size_t>(places.size(), 1));
}

}  // namespace workflow
