#include "model/libtorch/script_net.h"

#include <fmt/format.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <istream>
#include <streambuf>

#include "model/libtorch/guard.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::string_view place = "torchscript";

// A stream over bytes that are there already.
class Bytes : public std::streambuf {
 public:
  explicit Bytes(std::span<const std::byte> bytes) {
    char* const begin = const_cast<char*>(reinterpret_cast<const char*>(bytes.data()));
    setg(begin, begin, begin + bytes.size());
  }

 protected:
  pos_type seekoff(off_type offset, std::ios_base::seekdir from, std::ios_base::openmode) override {
    char* const base = from == std::ios_base::beg ? eback() : from == std::ios_base::cur ? gptr() : egptr();
    if (offset < eback() - base || offset > egptr() - base) return pos_type(off_type(-1));
    setg(eback(), base + offset, egptr());
    return gptr() - eback();
  }
  pos_type seekpos(pos_type position, std::ios_base::openmode which) override {
    return seekoff(position, std::ios_base::beg, which);
  }
};

void take(const c10::IValue& value, std::vector<torch::Tensor>& outputs) {
  if (value.isTensor()) {
    outputs.push_back(value.toTensor());
  } else if (value.isTuple()) {
    for (const auto& each : value.toTupleRef().elements()) take(each, outputs);
  } else if (value.isList()) {
    for (const c10::IValue& each : value.toListRef()) take(each, outputs);
  } else if (value.isGenericDict()) {
    for (const auto& each : value.toGenericDict()) take(each.value(), outputs);
  } else {
    throw Error(ErrorCode::InvalidModel, place,
                fmt::format("wanted tensors from forward(), or tuples, lists or dicts of them, got {}", value.tagKind()));
  }
}

}  // namespace

ScriptNet::ScriptNet(std::span<const std::byte> program, const torch::Device& device) {
  try {
    Bytes bytes(program);
    std::istream stream(&bytes);
    module_ = torch::jit::load(stream, device);
    module_.eval();
    module_ = torch::jit::freeze(module_);
    module_ = torch::jit::optimize_for_inference(module_);
  } catch (const c10::Error& error) {
    const std::string message = message_of(error);
    throw Error(ErrorCode::InvalidModel, place, "LibTorch cannot load it: " + message.substr(0, message.find('\n')));
  }
}

std::vector<torch::Tensor> ScriptNet::forward(const torch::Tensor& x) {
  const torch::jit::GraphOptimizerEnabledGuard plain(false);
  std::vector<torch::Tensor> outputs;
  take(module_.forward({x}), outputs);
  for (const torch::Tensor& output : outputs)
    if (output.dim() == 0 || output.size(0) != x.size(0))
      throw Error(ErrorCode::InvalidModel, place,
                  fmt::format("wanted outputs whose first axis is the batch of {}, got one of {} axes with {} first",
                              x.size(0), output.dim(), output.dim() == 0 ? 0 : output.size(0)));
  return outputs;
}

}  // namespace workflow
