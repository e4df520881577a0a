#include "nets/load_weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <set>

#include "base/in_quotes.h"
#include "base/nearest.h"
#include "weights/torch_names.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

// A counter that only training reads; files made elsewhere than in PyTorch lack it.
bool is_counter(std::string_view name) { return name.ends_with("num_batches_tracked"); }

std::string text_of(torch::IntArrayRef shape) { return fmt::format("[{}]", fmt::join(shape.begin(), shape.end(), ", ")); }

std::string hint(const std::string& name, const std::vector<std::string>& names) {
  const std::string near = nearest_name(name, names);
  return near.empty() ? "" : fmt::format("; nearest: {}", in_quotes(near));
}

}  // namespace

torch::Tensor tensor_of(const TensorView& view) {
  const auto type = [&] {
    switch (view.dtype) {
      case DType::F32:
        return torch::kFloat32;
      case DType::F16:
        return torch::kFloat16;
      case DType::BF16:
        return torch::kBFloat16;
      case DType::F64:
        return torch::kFloat64;
      default:
        throw Error(ErrorCode::InvalidModel, "load_weights",
                    fmt::format("{}: wanted F32, F16, BF16 or F64, got {}", view.name, name_of(view.dtype)));
    }
  }();
  // Copied first: a file's tensors need not be aligned.
  auto tensor = torch::empty(view.shape, type);
  if (!view.data.empty()) std::memcpy(tensor.data_ptr(), view.data.data(), view.data.size());
  tensor = tensor.to(torch::kFloat32);
  if (!torch::isfinite(tensor).all().item<bool>())
    throw Error(ErrorCode::InvalidModel, "load_weights",
                fmt::format("{}: wanted numbers, got NaN or infinity; bring the weights anew", view.name));
  return tensor;
}

void load_weights(Net& net, const Weights& file) {
  const Weights weights = with_torch_names(file);
  auto wanted = net.named_parameters().pairs();
  for (const auto& buffer : net.named_buffers())
    if (!is_counter(buffer.key())) wanted.emplace_back(buffer.key(), buffer.value());

  // A name is compared with those alone that have no partner either: `conv1.weight` is no hint where `conv1.weight` fits.
  std::set<std::string> known;
  std::vector<std::string> missing, extra, faults;
  for (const auto& [name, tensor] : wanted) {
    known.insert(name);
    if (!weights.find(name)) missing.push_back(name);
  }
  for (const TensorView& view : weights.tensors)
    if (!is_counter(view.name) && !known.contains(view.name)) extra.push_back(view.name);

  for (const auto& [name, tensor] : wanted) {
    const TensorView* view = weights.find(name);
    if (!view) {
      faults.push_back(fmt::format("missing: {} {}{}", name, text_of(tensor.sizes()), hint(name, extra)));
    } else if (tensor.sizes() != torch::IntArrayRef(view->shape)) {
      faults.push_back(fmt::format("misshapen: {}: wanted {}, got {}", name, text_of(tensor.sizes()), text_of(view->shape)));
    }
  }
  for (const std::string& name : extra)
    faults.push_back(
        fmt::format("extra: {} {}{}", in_quotes(name), text_of(weights.find(name)->shape), hint(name, missing)));
  if (!faults.empty())
    throw Error(ErrorCode::InvalidModel, "load_weights",
                fmt::format("wanted the architecture's {} tensors, {} do not fit; are these weights for it?\n{}",
                            wanted.size(), faults.size(), fmt::join(faults, "\n")));

  const torch::NoGradGuard no_gradient;
  for (auto& [name, tensor] : wanted) tensor.copy_(tensor_of(*weights.find(name)));
}

}  // namespace workflow
