#include "weights/torch_names.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

namespace workflow {
namespace {

void rename_keras(std::string& name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> words = {
      {{".kernel", ".weight"},
       {".gamma", ".weight"},
       {".beta", ".bias"},
       {".moving_mean", ".running_mean"},
       {".moving_variance", ".running_var"}}};
  for (const auto& [theirs, ours] : words)
    if (name.ends_with(theirs)) {
      name.replace(name.size() - theirs.size(), theirs.size(), ours);
      return;
    }
}

// "<module>.<number>.weight" of a module whose convolutions stand in blocks of their own by now.
void rename_older_torchvision(std::string& name) {
  const std::size_t part = name.rfind('.');
  if (part == std::string::npos || part == 0) return;
  const std::size_t dot = name.rfind('.', part - 1);
  if (dot == std::string::npos) return;
  const std::string_view module = std::string_view(name).substr(0, dot);
  std::size_t number = 0;
  const char* const end = name.data() + part;
  if (std::from_chars(name.data() + dot + 1, end, number).ptr != end) return;
  const bool is_pyramid = module.ends_with("fpn.inner_blocks") || module.ends_with("fpn.layer_blocks");
  const bool is_head = module.ends_with("_head.conv");
  // The heads counted their activations, too.
  if (is_pyramid || is_head)
    name = fmt::format("{}.{}.0{}", module, is_head ? number / 2 : number, std::string_view(name).substr(part));
}

}  // namespace

Weights with_torch_names(Weights weights) {
  for (TensorView& tensor : weights.tensors) {
    rename_keras(tensor.name);
    rename_older_torchvision(tensor.name);
  }
  return weights;
}

}  // namespace workflow
