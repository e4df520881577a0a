#include "nets/anchors.h"

#include <cmath>

namespace workflow {

torch::Tensor anchors_of(std::span<const AnchorGrid> grids) {
  std::vector<torch::Tensor> all;
  for (const AnchorGrid& grid : grids) {
    const std::int64_t rows = grid.rows, columns = grid.columns, anchors = grid.shapes.size(0);
    const auto y = ((at::arange(rows, torch::kFloat32) + grid.offset) * grid.row_height).view({-1, 1, 1});
    const auto x = ((at::arange(columns, torch::kFloat32) + grid.offset) * grid.column_width).view({1, -1, 1});
    const auto shapes = grid.shapes.view({1, 1, anchors, 2}).expand({rows, columns, anchors, 2});
    all.push_back(
        at::cat({x.expand({rows, columns, anchors}).unsqueeze(-1), y.expand({rows, columns, anchors}).unsqueeze(-1), shapes},
                -1)
            .reshape({-1, 4}));
  }
  return at::cat(all);
}

torch::Tensor boxes_from(const torch::Tensor& offsets, const torch::Tensor& anchors, double centre_weight,
                         double size_weight) {
  const auto sizes = anchors.slice(1, 2, 4);
  const auto centre = offsets.slice(2, 0, 2) / centre_weight * sizes + anchors.slice(1, 0, 2);
  // torchvision's bound, so that no exponent overflows.
  const auto exponent = (offsets.slice(2, 2, 4) / size_weight).clamp_max(std::log(1000.0 / 16));
  const auto half = exponent.exp() * sizes / 2;
  return at::cat({centre - half, centre + half}, 2);
}

}  // namespace workflow
