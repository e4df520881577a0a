#include "train/row_space.h"

#include <torch/torch.h>

#include "base/compute_threads.h"
#include "model/libtorch/guard.h"

namespace workflow {
namespace {

constexpr std::string_view place = "training a head";

torch::Tensor view_of(std::span<const float> values, std::size_t columns) {
  const auto rows = static_cast<std::int64_t>(values.size() / columns);
  return torch::from_blob(const_cast<float*>(values.data()), {rows, static_cast<std::int64_t>(columns)});
}

std::vector<float> values_of(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

}  // namespace

RowSpace::RowSpace(const Rows& rows, int threads)
    : rows_(rows.values), length_(rows.length), size_(rows.size()), threads_(threads) {
  const ComputeThreads budget(threads_);
  guarded(place, [&] {
    const auto x = view_of(rows_, length_);
    auto products = x.mm(x.t()).to(torch::kFloat64);
    // Rows that are there twice span nothing more; without a little on the diagonal there would be no factor.
    const double little = products.diagonal().mean().item<double>() * 1e-6 + 1e-30;
    products.diagonal().add_(little);
    // X X^T = L L^T, so the rows of L^-1 X stand at right angles, each of length 1.
    const auto identity = torch::eye(products.size(0), torch::kFloat64);
    const auto inverse = torch::linalg_solve_triangular(torch::linalg_cholesky(products), identity, /*upper=*/false);
    whitening_ = values_of(inverse.t().to(torch::kFloat32));
  });
}

std::vector<float> RowSpace::project(std::span<const float> values) const {
  if (values.empty()) return {};
  const ComputeThreads budget(threads_);
  return guarded(place, [&] {
    return values_of(view_of(values, length_).mm(view_of(rows_, length_).t()).mm(view_of(whitening_, size_)));
  });
}

Layer RowSpace::full(const Layer& layer) const {
  const ComputeThreads budget(threads_);
  return guarded(place, [&] {
    const auto weight = view_of(layer.weight, size_).mm(view_of(whitening_, size_).t()).mm(view_of(rows_, length_));
    return Layer{length_, layer.out, values_of(weight), layer.bias};
  });
}

}  // namespace workflow
