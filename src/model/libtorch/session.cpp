#include "model/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <mutex>
#include <set>

#include "model/blas.h"
#include "model/libtorch/forward.h"
#include "model/libtorch/guard.h"
#include "model/libtorch/loaded_net.h"
#include "model/libtorch/made_up.h"
#include "workflow/base/log.h"

namespace workflow {
namespace {

constexpr std::size_t largest_micro_batch = 16;
constexpr std::uint32_t made_up_inputs = 8;  // to calibrate with, where the host brings none

std::vector<std::vector<float>> calibration_inputs(const SessionSettings& settings) {
  std::vector<std::vector<float>> inputs;
  for (const Image& image : settings.calibration) {
    const auto& [width, height] = std::pair(settings.preprocess.width, settings.preprocess.height);
    auto& input = inputs.emplace_back(static_cast<std::size_t>(3 * width * height));
    preprocess(image, settings.preprocess, Layout::Interleaved, input.data());
  }
  if (!inputs.empty() || settings.precision == Precision::Float32) return inputs;
  if (settings.precision == Precision::Int8)
    log(LogLevel::Warning, fmt::format("{} is calibrated on made-up pictures: give LoadOptions::calibration a handful of "
                                       "its own kind",
                                       settings.model));
  for (std::uint32_t i = 0; i < made_up_inputs; ++i) inputs.push_back(made_up_input(settings.preprocess, i));
  return inputs;
}

class TorchSession : public Session {
 public:
  TorchSession(const SessionSettings& settings, const Weights& weights, const Device& device)
      : Session(settings.model), preprocess_(settings.preprocess), input_(made_up_input(settings.preprocess)) {
    const auto calibration = calibration_inputs(settings);
    const auto open = [&](Precision precision) {
      const auto net = loaded_net(settings.architecture, settings.settings, weights, torch_device(device));
      return std::make_unique<Forward>(model(), net, torch_device(device), Shape{preprocess_.height, preprocess_.width, 3},
                                       precision, calibration);
    };
    forward_ = open(settings.precision);
    if (settings.precision != Precision::Float32) {
      report_ = compared(*open(Precision::Float32), calibration);
      report_.precision = settings.precision;
      report_.is_made_up = settings.calibration.empty();
    }
    micro_batch_ = fastest_micro_batch();
    forward_->settle(micro_batch_);
    warm_up();
  }

  std::vector<Output> run(std::span<const Image> images) const override {
    std::vector<Output> outputs;
    for (std::size_t i = 0; i < images.size(); ++i)
      if (images[i].empty())
        throw Error(ErrorCode::InvalidValue, model(),
                    fmt::format("wanted pixels, image {} of {} is empty", i + 1, images.size()));
    guarded(model(), [&] {
      // Passes of a power of two only: every shape has then been warmed up, also what is left over at the end.
      for (std::size_t begin = 0, size = micro_batch_; begin < images.size(); begin += size) {
        while (size > images.size() - begin) size /= 2;
        forward_->run(
            size,
            [&](std::span<float> to) {
              for (std::size_t i = 0; i < size; ++i)
                preprocess(images[begin + i], preprocess_, Layout::Interleaved, to.data() + i * input_.size());
            },
            [&](std::size_t number, std::span<const float> values, const Shape& shape) {
              take(number, values, shape, begin, images.size(), outputs);
            });
      }
    });
    return outputs;
  }

  void warm_up() const override {
    // oneDNN's primitives are made for a number of threads.
    const std::lock_guard lock(warm_mutex_);
    if (!warm_for_.insert(at::get_num_threads()).second) return;
    guarded(model(), [&] {
      for (std::size_t size = micro_batch_; size > 0; size /= 2)
        for (int i = 0; i < 2; ++i) run_once(size);
    });
  }

  std::size_t micro_batch() const override { return micro_batch_; }
  PrecisionReport precision_report() const override { return report_; }

 private:
  // Seconds that the net takes for a batch of made-up inputs, which are written before.
  double run_once(std::size_t size) const {
    auto begin = std::chrono::steady_clock::now(), end = begin;
    forward_->run(
        size,
        [&](std::span<float> to) {
          for (std::size_t i = 0; i < size; ++i)
            std::ranges::copy(input_, to.begin() + static_cast<std::ptrdiff_t>(i * input_.size()));
          begin = std::chrono::steady_clock::now();
        },
        [&](std::size_t, std::span<const float>, const Shape&) { end = std::chrono::steady_clock::now(); });
    return std::chrono::duration<double>(end - begin).count();
  }

  std::size_t fastest_micro_batch() const {
    std::size_t best = 1;
    double least = 0;
    for (std::size_t size = 1; size <= largest_micro_batch; size *= 2) {
      double seconds = run_once(size), spent = 0;
      // The first run of a shape made oneDNN's primitives, so it does not count; of quick nets a few more are taken.
      for (int i = 0; i < 16 && (i < 2 || spent < 0.06); ++i) {
        const double taken = run_once(size);
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

  // How far this session's outputs are from those of `full`.
  PrecisionReport compared(const Forward& full, const std::vector<std::vector<float>>& inputs) const {
    PrecisionReport report{.inputs = inputs.size(), .same_top = 0};
    for (const std::vector<float>& input : inputs) {
      const auto outputs = [&](const Forward& forward) {
        std::vector<std::vector<float>> all;
        forward.run(
            1, [&](std::span<float> to) { std::ranges::copy(input, to.begin()); },
            [&](std::size_t, std::span<const float> values, const Shape&) {
              all.emplace_back(values.begin(), values.end());
            });
        return all;
      };
      const auto wanted = outputs(full), got = outputs(*forward_);
      double difference = 0, length = 0;
      for (std::size_t k = 0; k < wanted.size(); ++k)
        for (std::size_t i = 0; i < wanted[k].size(); ++i) {
          difference += std::pow(got[k][i] - wanted[k][i], 2.0);
          length += std::pow(wanted[k][i], 2.0);
        }
      const double change = length > 0 ? std::sqrt(difference / length) : std::sqrt(difference);
      const auto top = [](const std::vector<float>& values) { return std::ranges::max_element(values) - values.begin(); };
      report.mean_change += change / static_cast<double>(inputs.size());
      report.worst_change = std::max(report.worst_change, change);
      report.same_top += (top(wanted[0]) == top(got[0]) ? 1.0 : 0.0) / static_cast<double>(inputs.size());
    }
    return report;
  }

  void take(std::size_t number, std::span<const float> values, const Shape& shape, std::size_t begin, std::size_t total,
            std::vector<Output>& outputs) const {
    if (std::any_of(values.begin(), values.end(), [](float value) { return std::isnan(value); }))
      throw Error(ErrorCode::InvalidValue, model(), "the net's output holds NaN; look at its weights");
    if (outputs.size() <= number) outputs.resize(number + 1);
    Output& output = outputs[number];
    const std::size_t row = values.size() / static_cast<std::size_t>(shape[0]);
    if (output.shape.empty()) {
      output.shape = shape;
      output.shape[0] = static_cast<std::int64_t>(total);
      output.values.resize(total * row);
    }
    std::memcpy(output.values.data() + begin * row, values.data(), values.size_bytes());
  }

  Preprocess preprocess_;
  std::vector<float> input_;  // made up, of one item
  std::unique_ptr<Forward> forward_;
  PrecisionReport report_;
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
