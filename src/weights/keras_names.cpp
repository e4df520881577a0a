#include "weights/keras_names.h"

#include <array>
#include <utility>

namespace workflow {

Weights with_torch_names(Weights weights) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> words = {
      {{".kernel", ".weight"},
       {".gamma", ".weight"},
       {".beta", ".bias"},
       {".moving_mean", ".running_mean"},
       {".moving_variance", ".running_var"}}};
  for (TensorView& tensor : weights.tensors)
    for (const auto& [theirs, ours] : words)
      if (tensor.name.ends_with(theirs)) {
        tensor.name.replace(tensor.name.size() - theirs.size(), theirs.size(), ours);
        break;
      }
  return weights;
}

}  // namespace workflow
