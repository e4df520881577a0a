// A session's forward pass against LibTorch's eager nets on the same weights, in one run:
// (a) the plain net, NCHW; (b) batch normalisation folded, channels_last; (c) ours: packed, in micro-batches.
// Then the slowest of 200 later calls of the session, preprocessing included, as a multiple of the median.
// usage: bench_session_torch   (weights as the standard catalogue finds them: $WORKFLOW_MIRROR, $WORKFLOW_MODELS)
#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "catalogue/builtin.h"
#include "catalogue/folders.h"
#include "model/preprocess_json.h"
#include "model/session.h"
#include "nets/architectures.h"
#include "nets/load_weights.h"

using namespace workflow;

namespace {

double milliseconds(const std::function<void()>& f) {
  const auto begin = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

// The least of several: rivals on a shared machine only ever add.
double least(const std::function<void()>& f) {
  for (int i = 0; i < 2; ++i) f();
  double best = milliseconds(f);
  for (int i = 0; i < 9; ++i) best = std::min(best, milliseconds(f));
  return best;
}

Image made_up(int width, int height) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width * height * 3));
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 7919 >> 4);
  return Image::copy_of(pixels, width, height);
}

void compare(const ModelSpec& spec, const Weights& weights) {
  const Preprocess preprocess = preprocess_from_json(spec.preprocessing, spec.name());
  const auto make = [&] {
    auto net = make_net(spec.architecture, spec.settings);
    load_weights(*net, weights);
    net->train(false);
    return net;
  };
  for (const int threads : {1, 2}) {
    at::set_num_threads(threads);
    const auto session = open_session({spec.name(), spec.architecture, spec.settings, preprocess}, weights, Device::cpu());
    const auto micro = static_cast<std::int64_t>(session->micro_batch());
    const c10::InferenceMode inference;
    const auto one = torch::rand({1, 3, preprocess.height, preprocess.width}).contiguous(torch::MemoryFormat::ChannelsLast);
    const auto plain = make(), folded = make(), packed = make();
    at::globalContext().setUserEnabledMkldnn(false);  // keeps the weights from being packed
    folded->prepare(one);
    at::globalContext().setUserEnabledMkldnn(true);
    packed->prepare(one.expand({micro, -1, -1, -1}).contiguous(torch::MemoryFormat::ChannelsLast));
    for (const std::int64_t batch : {1, 16}) {
      const auto x = one.expand({batch, -1, -1, -1}).contiguous(torch::MemoryFormat::ChannelsLast);
      const auto planar = x.contiguous();
      const double images = static_cast<double>(batch);
      const double a = least([&] { plain->forward(planar); }) / images;
      const double b = least([&] { folded->forward(x); }) / images;
      const double c = least([&] {
                         const auto size = std::min(micro, batch);
                         for (std::int64_t i = 0; i < batch; i += size) packed->forward(x.slice(0, i, i + size));
                       }) /
                       images;
      fmt::print(
          "{:<16} {} threads, batch {:>2}, micro-batch {:>2}: plain {:7.2f}  folded {:7.2f}  ours {:7.2f} ms an image; "
          "{:.2f}x, {:.2f}x\n",
          spec.id, threads, batch, micro, a, b, c, a / c, b / c);
    }
    const std::vector<Image> images(16, made_up(640, 480));
    for (std::size_t batch = 1; batch <= session->micro_batch(); ++batch) {
      std::vector<double> times;
      for (int i = 0; i < 200; ++i) times.push_back(milliseconds([&] { session->run(std::span(images).first(batch)); }));
      std::ranges::sort(times);
      fmt::print("{:<16} {} threads, {:>2} images: median {:.2f} ms, slowest of 200 {:.2f}x, 99th {:.2f}x\n", spec.id,
                 threads, batch, times[100], times.back() / times[100], times[198] / times[100]);
    }
  }
}

}  // namespace

int main() {
  const char* mirror = std::getenv("WORKFLOW_MIRROR");
  for (const ModelDirectory& model : builtin_models()) {
    std::string file = weights_file(standard_models_folder(), model.spec);
    if (mirror && !std::filesystem::exists(file)) file = fmt::format("{}/{}.safetensors", mirror, model.spec.id);
    if (std::filesystem::exists(file)) {
      compare(model.spec, read_safetensors(file));
    } else {
      fmt::print("{}: no weights\n", model.spec.id);
    }
  }
}
