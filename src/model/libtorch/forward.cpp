#include "model/libtorch/forward.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nets/trace.h"
#include "workflow/base/error.h"
#include "workflow/base/log.h"

namespace workflow {
namespace {

// Fresh memory costs page faults, so a thread keeps what it wrote its last inputs to.
std::span<float> input_buffer(std::size_t length) {
  thread_local std::vector<float> buffer;
  if (buffer.size() < length) buffer.resize(length);
  return std::span(buffer).first(length);
}

[[noreturn]] void refuse(const std::string& model, Precision precision, const std::string& why) {
  throw Error(ErrorCode::Unavailable, model,
              fmt::format("cannot compute in {}: {}; load it with Precision::Float32", name_of(precision), why));
}

// LibTorch says whole graphs.
std::string first_line(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  return std::string(text.substr(0, std::min<std::size_t>(text.find('\n'), 100)));
}

}  // namespace

Forward::Forward(const std::string& model, std::shared_ptr<Net> net, const torch::Device& device, const Shape& item,
                 Precision precision, std::span<const std::vector<float>> calibration)
    : net_(std::move(net)), device_(device), item_(item) {
  if (precision != Precision::Float32 && !device_.is_cpu()) refuse(model, precision, "that is for the processor alone");
  if (!is_there(precision)) refuse(model, precision, "this processor lacks it (avx512_bf16, amx)");
  net_->to(device_);
  if (precision != Precision::Float32 && !net_->can_be_traced()) refuse(model, precision, "it is a TorchScript program");
  if (device_.is_cpu() && net_->can_be_traced()) compile(model, precision, calibration);
  if (!compiled_) net_->prepare(example(1));
}

void Forward::compile(const std::string& model, Precision precision, std::span<const std::vector<float>> calibration) {
  try {
    net_->fold();
    compiled_.emplace([this](std::int64_t batch) { return trace(*net_, example(static_cast<std::size_t>(batch))); },
                      precision, calibration);
    (void)compiled_->program(1);
    if (precision != Precision::Float32) return;
    // A trace sees one way through a net; that it is the right one is seen by comparing.
    std::vector<torch::Tensor> wanted;
    {
      const c10::InferenceMode inference;
      wanted = net_->forward(example(1));
    }
    const auto input = example(1).permute({0, 2, 3, 1}).contiguous();
    run(
        1, [&](std::span<float> to) { std::copy_n(input.data_ptr<float>(), to.size(), to.begin()); },
        [&](std::size_t number, std::span<const float> values, const Shape& shape) {
          const auto got = torch::from_blob(const_cast<float*>(values.data()), shape);
          const auto& right = wanted.at(number);
          if (!right.sizes().equals(shape) || !((got - right).abs().max() <= 1e-3 * right.abs().max() + 1e-6).item<bool>())
            throw Error(ErrorCode::Failed, model, "the compiled net gives something else than the net");
        });
  } catch (const std::exception& error) {
    compiled_.reset();
    if (const auto* own = dynamic_cast<const Error*>(&error); own && own->code() == ErrorCode::InvalidModel)
      throw Error(own->code(), model, own->text());
    if (precision != Precision::Float32) refuse(model, precision, first_line(error.what()));
    log(LogLevel::Info, fmt::format("{} runs on LibTorch's own operators: {}", model, first_line(error.what())));
  }
}

torch::Tensor Forward::example(std::size_t batch) const {
  std::vector<float> pattern(static_cast<std::size_t>(element_count(item_)));
  for (std::size_t i = 0; i < pattern.size(); ++i) pattern[i] = static_cast<float>((i * 7919) % 256) / 128.0f - 1.0f;
  const auto one = tensor_over(pattern, 1);
  return one.repeat({static_cast<std::int64_t>(batch), 1, 1, 1}).contiguous(torch::MemoryFormat::ChannelsLast);
}

torch::Tensor Forward::tensor_over(std::span<float> values, std::size_t batch) const {
  const std::int64_t height = item_[0], width = item_[1], channels = item_[2];
  return torch::from_blob(values.data(), {static_cast<std::int64_t>(batch), channels, height, width},
                          {channels * height * width, 1, channels * width, channels}, torch::kFloat32)
      .to(device_);
}

void Forward::run(std::size_t batch, const std::function<void(std::span<float>)>& write, const Take& take) const {
  const c10::InferenceMode inference;
  if (compiled_) {
    Program::Call call(compiled_->program(static_cast<std::int64_t>(batch)));
    write(call.input());
    call.run();
    for (std::size_t i = 0; i < call.output_shapes().size(); ++i) take(i, call.output(i), call.output_shapes()[i]);
    return;
  }
  const auto input = input_buffer(batch * static_cast<std::size_t>(element_count(item_)));
  write(input);
  const auto outputs = net_->forward(tensor_over(input, batch));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto tensor = outputs[i].to(torch::kCPU, torch::kFloat32).contiguous();
    take(i, {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())}, tensor.sizes().vec());
  }
}

void Forward::settle(std::size_t batch) {
  if (compiled_) {
    compiled_->forget_above(static_cast<std::int64_t>(batch));
  } else if (batch > 1) {
    net_->prepare(example(batch));  // oneDNN packs weights for the shape that it is shown
  }
}

}  // namespace workflow
