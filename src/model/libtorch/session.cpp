#include "model/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <mutex>
#include <set>

#include "model/blas.h"
#include "model/libtorch/device.h"
#include "model/libtorch/guard.h"
#include "model/libtorch/loaded_net.h"

namespace workflow {
namespace {

constexpr std::size_t largest_micro_batch = 16;

// Where this thread's images are put before they enter a net; kept from call to call, as fresh memory costs page faults.
std::span<float> input_buffer(std::size_t length) {
  thread_local std::vector<float> buffer;
  if (buffer.size() < length) buffer.resize(length);
  return std::span(buffer).first(length);
}

class TorchSession : public Session {
 public:
  TorchSession(const SessionSettings& settings, const Weights& weights, const Device& device)
      : Session(settings.model), preprocess_(settings.preprocess), device_(torch_device(device)) {
    net_ = loaded_net(settings.architecture, settings.settings, weights, device_);
    net_->to(device_);
    const c10::InferenceMode inference;
    net_->prepare(made_up(1));
    micro_batch_ = fastest_micro_batch();
    if (micro_batch_ > 1) net_->prepare(made_up(micro_batch_));  // oneDNN packs weights for the shape that it is shown
    warm_up();
  }

  std::vector<Output> run(std::span<const Image> images) const override {
    std::vector<Output> outputs;
    for (std::size_t i = 0; i < images.size(); ++i)
      if (images[i].empty())
        throw Error(ErrorCode::InvalidValue, model(),
                    fmt::format("wanted pixels, image {} of {} is empty", i + 1, images.size()));
    guarded(model(), [&] {
      const c10::InferenceMode inference;
      // Passes of a power of two only: every shape has then been warmed up, also what is left over at the end.
      for (std::size_t begin = 0, size = micro_batch_; begin < images.size(); begin += size) {
        while (size > images.size() - begin) size /= 2;
        take(net_->forward(input(images.subspan(begin, size))), begin, images.size(), outputs);
      }
    });
    return outputs;
  }

  void warm_up() const override {
    // oneDNN's primitives are made for a number of threads.
    const std::lock_guard lock(warm_mutex_);
    if (!warm_for_.insert(at::get_num_threads()).second) return;
    guarded(model(), [&] {
      const c10::InferenceMode inference;
      for (std::size_t size = micro_batch_; size > 0; size /= 2)
        for (int i = 0; i < 2; ++i) read_back(net_->forward(made_up(size)));
    });
  }

  std::size_t micro_batch() const override { return micro_batch_; }

 private:
  torch::Tensor tensor_over(float* pixels, std::size_t size) const {
    const std::int64_t height = preprocess_.height, width = preprocess_.width;
    return torch::from_blob(pixels, {static_cast<std::int64_t>(size), 3, height, width},
                            {3 * height * width, 1, 3 * width, 3}, torch::kFloat32)
        .to(device_);
  }

  std::size_t pixels_of(std::size_t size) const {
    return size * 3 * static_cast<std::size_t>(preprocess_.height) * static_cast<std::size_t>(preprocess_.width);
  }

  torch::Tensor input(std::span<const Image> images) const {
    const auto buffer = input_buffer(pixels_of(images.size()));
    for (std::size_t i = 0; i < images.size(); ++i)
      preprocess(images[i], preprocess_, Layout::Interleaved, buffer.data() + pixels_of(i));
    return tensor_over(buffer.data(), images.size());
  }

  // Made-up pixels: a pattern, as random numbers would come from the host's own generator.
  torch::Tensor made_up(std::size_t size) const {
    std::vector<float> image(pixels_of(1));
    for (std::size_t i = 0; i < image.size(); ++i)
      image[i] = (static_cast<float>((i * 7919) % 256) - preprocess_.mean[i % 3]) * preprocess_.scale[i % 3];
    const auto one = tensor_over(image.data(), 1);
    return torch::empty({static_cast<std::int64_t>(size), 3, one.size(2), one.size(3)},
                        one.options().memory_format(torch::MemoryFormat::ChannelsLast))
        .copy_(one);
  }

  static void read_back(const std::vector<torch::Tensor>& outputs) {
    for (const auto& output : outputs) (void)output.to(torch::kCPU);
  }

  double run_once(const torch::Tensor& x) const {
    const auto begin = std::chrono::steady_clock::now();
    read_back(net_->forward(x));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

  std::size_t fastest_micro_batch() const {
    std::size_t best = 1;
    double least = 0;
    for (std::size_t size = 1; size <= largest_micro_batch; size *= 2) {
      const auto x = made_up(size);
      double seconds = run_once(x), spent = 0;
      // The first run of a shape made oneDNN's primitives, so it does not count; of quick nets a few more are taken.
      for (int i = 0; i < 16 && (i < 2 || spent < 0.06); ++i) {
        const double taken = run_once(x);
        seconds = i == 0 ? taken : std::min(seconds, taken);
        spent += taken;
      }
      const double per_image = seconds / static_cast<double>(size);
      if (size == 1 || per_image < least * 0.99) {
        best = size;
        least = per_image;
      } else if (per_image > least * 1.1) {
        break;  // larger ones only fall further behind: their activations have left the cache
      }
    }
    return best;
  }

  void take(const std::vector<torch::Tensor>& tensors, std::size_t begin, std::size_t total,
            std::vector<Output>& outputs) const {
    outputs.resize(tensors.size());
    for (std::size_t k = 0; k < tensors.size(); ++k) {
      const auto tensor = tensors[k].to(torch::kCPU, torch::kFloat32).contiguous();
      const std::span<const float> values(tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel()));
      if (std::any_of(values.begin(), values.end(), [](float value) { return std::isnan(value); }))
        throw Error(ErrorCode::InvalidValue, model(), "the net's output holds NaN; look at its weights");
      Output& output = outputs[k];
      const std::size_t row = values.size() / static_cast<std::size_t>(tensor.size(0));
      if (output.shape.empty()) {
        output.shape = tensor.sizes().vec();
        output.shape[0] = static_cast<std::int64_t>(total);
        output.values.resize(total * row);
      }
      std::memcpy(output.values.data() + begin * row, values.data(), values.size_bytes());
    }
  }

  Preprocess preprocess_;
  torch::Device device_;
  std::shared_ptr<Net> net_;
  std::size_t micro_batch_ = 1;
  mutable std::mutex warm_mutex_;
  mutable std::set<int> warm_for_;  // numbers of threads
};

}  // namespace

std::shared_ptr<const Session> open_session(const SessionSettings& settings, const Weights& weights, const Device& device) {
  warn_of_slow_blas();
  return guarded(settings.model, [&] { return std::make_shared<const TorchSession>(settings, weights, device); });
}

}  // namespace workflow
