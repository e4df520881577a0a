#pragma once

#include <torch/torch.h>

#include <span>

namespace workflow {

/// Where the anchors of one map stand; all lengths relative to the input.
struct AnchorGrid {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  double row_height = 0;  ///< from cell to cell
  double column_width = 0;
  double offset = 0;     ///< of a centre in its cell: 0 is the upper left corner, 0.5 the middle
  torch::Tensor shapes;  ///< [anchors, 2], width and height
};

/// Anchors as centre x and y, width and height, relative to the input: grid by grid, row by row, cell by cell; [P, 4].
torch::Tensor anchors_of(std::span<const AnchorGrid> grids);

/// Boxes from a net's offsets to its anchors, [N, P, 4]: centres in anchor sizes, sizes as exponents; each divided by its
/// `weights`, for centres and for sizes (Ren et al.: Faster R-CNN, 2015). Gives left, top, right, bottom.
torch::Tensor boxes_from(const torch::Tensor& offsets, const torch::Tensor& anchors, double centre_weight,
                         double size_weight);

}  // namespace workflow
