// Nets in each precision beside ONNX Runtime and OpenCV's dnn, on the same random weights, one thread, in one run.
// usage: bench_models LIBONNXRUNTIME   (scripts/bench-models brings it)
#include <fmt/format.h>
#include <omp.h>
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <opencv2/dnn.hpp>

#include "model/session.h"
#include "nets/architectures.h"
#include "nets/load_weights.h"
#include "nets/trace.h"
#include "onnx_export.h"
#include "onnx_runtime.h"

using namespace workflow;

namespace {

constexpr int side = 224;
constexpr std::size_t concepts = 1000;

struct Case {
  std::string name, architecture;
  Json settings;
};

/// Random weights of a net, running statistics other than 0 and 1 among them.
struct RandomWeights {
  explicit RandomWeights(const Case& each) {
    torch::manual_seed(20);
    const torch::NoGradGuard no_gradient;
    const auto net = make_net(each.architecture, each.settings);
    const auto take = [&](const std::string& name, const torch::Tensor& tensor) {
      if (name.ends_with("running_mean") || name.ends_with("bias")) tensor.normal_(0, 0.1);
      if (name.ends_with("running_var")) tensor.uniform_(0.5, 1.5);
      if (tensor.scalar_type() != torch::kFloat32) return;
      const torch::Tensor& kept = tensors.emplace_back(tensor.detach().clone());
      const std::span values(kept.data_ptr<float>(), static_cast<std::size_t>(kept.numel()));
      weights.tensors.push_back({name, DType::F32, kept.sizes().vec(), std::as_bytes(values)});
    };
    for (const auto& parameter : net->named_parameters()) take(parameter.key(), parameter.value());
    for (const auto& buffer : net->named_buffers()) take(buffer.key(), buffer.value());
  }
  Weights weights;
  std::vector<torch::Tensor> tensors;
};

/// The net as an ONNX file for one batch size, normalisations folded as both peers would.
std::string onnx_file(const Case& each, const Weights& weights, std::int64_t batch, std::int64_t operator_set) {
  const auto net = make_net(each.architecture, each.settings);
  load_weights(*net, weights);
  net->fold();
  return bench::OnnxExport::bytes(trace(*net, torch::zeros({batch, 3, side, side})), operator_set);
}

Image picture(std::uint32_t seed) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(side * side * 3));
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    seed = seed * 1664525u + 1013904223u;
    const double wave =
        std::sin(static_cast<double>(i % (side * 3)) * 0.02) * std::cos(static_cast<double>(i) / (side * 90.0));
    pixels[i] = static_cast<std::uint8_t>(std::clamp(128 + 90 * wave + static_cast<double>(seed >> 27), 0.0, 255.0));
  }
  return Image::copy_of(pixels, side, side);
}

// What is compared takes turns, and the least of each counts: what else runs on the machine only ever adds.
std::vector<double> least(const std::vector<std::function<void()>>& rivals, int turns) {
  std::vector<double> result(rivals.size(), std::numeric_limits<double>::max());
  for (const auto& rival : rivals)
    for (int i = 0; i < 2; ++i) rival();
  for (int turn = 0; turn < turns; ++turn)
    for (std::size_t i = 0; i < rivals.size(); ++i) {
      const auto begin = std::chrono::steady_clock::now();
      rivals[i]();
      result[i] =
          std::min(result[i], std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
  return result;
}

double change(std::span<const float> got, std::span<const float> wanted) {
  double difference = 0, length = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    difference += std::pow(got[i] - wanted[i], 2.0);
    length += std::pow(wanted[i], 2.0);
  }
  return std::sqrt(difference / length);
}

void compare(const Case& net, bench::OnnxRuntime& runtime) {
  const RandomWeights random(net);
  const Preprocess preprocess_as{
      .width = side, .height = side, .mean = {123.675f, 116.28f, 103.53f}, .scale = {1 / 58.395f, 1 / 57.12f, 1 / 57.375f}};
  std::vector<Image> calibration;
  for (std::uint32_t i = 0; i < 8; ++i) calibration.push_back(picture(100 + i));
  std::map<Precision, std::shared_ptr<const Session>> sessions;
  for (const Precision precision : {Precision::Float32, Precision::BFloat16, Precision::Int8})
    sessions[precision] = open_session({.model = net.name,
                                        .architecture = net.architecture,
                                        .settings = net.settings,
                                        .preprocess = preprocess_as,
                                        .precision = precision,
                                        .calibration = calibration},
                                       random.weights, Device::cpu());

  for (const int batch : {1, 16}) {
    std::vector<Image> images;
    for (int i = 0; i < batch; ++i) images.push_back(picture(static_cast<std::uint32_t>(i)));
    const std::size_t item = 3 * side * side;
    std::vector<float> planar(item * images.size());
    for (std::size_t i = 0; i < images.size(); ++i)
      preprocess(images[i], preprocess_as, Layout::Planar, planar.data() + i * item);
    const std::vector<std::int64_t> shape = {batch, 3, side, side};
    bench::OnnxRuntime::Session peer(runtime, onnx_file(net, random.weights, batch, 14), 1);
    const std::string older = onnx_file(net, random.weights, batch, 10);
    cv::dnn::Net dnn = cv::dnn::readNetFromONNX(older.data(), older.size());
    const cv::Mat blob({batch, 3, side, side}, CV_32F, planar.data());

    const auto wanted = peer.run(planar, shape, concepts * images.size());
    for (const auto& [precision, session] : sessions)
      fmt::print("{:<19} batch {:>2} {:<8}: outputs {:.2g} from ONNX Runtime's, micro-batch {}\n", net.name, batch,
                 name_of(precision), change(session->run(images)[0].values, wanted), session->micro_batch());
    dnn.setInput(blob);
    const cv::Mat theirs = dnn.forward();
    fmt::print("{:<19} batch {:>2} OpenCV  : outputs {:.2g} from ONNX Runtime's\n", net.name, batch,
               change({theirs.ptr<float>(), theirs.total()}, wanted));

    const auto ours = [&](Precision precision) { return [&, precision] { sessions.at(precision)->run(images); }; };
    const auto ms = least({ours(Precision::Float32), ours(Precision::BFloat16), ours(Precision::Int8),
                           [&] { peer.run(planar, shape, concepts * images.size()); },
                           [&] {
                             dnn.setInput(blob);
                             dnn.forward();
                           }},
                          batch == 1 ? 60 : 12);
    fmt::print(
        "{:<19} batch {:>2}: float32 {:.2f} bfloat16 {:.2f} int8 {:.2f} onnxruntime {:.2f} opencv {:.2f} ms; "
        "opencv/float32 {:.2f}, float32/onnxruntime {:.2f}, float32/bfloat16 {:.2f}, float32/int8 {:.2f}\n",
        net.name, batch, ms[0], ms[1], ms[2], ms[3], ms[4], ms[4] / ms[0], ms[0] / ms[3], ms[0] / ms[1], ms[0] / ms[2]);
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    fmt::print("usage: bench_models LIBONNXRUNTIME\n");
    return 2;
  }
  omp_set_num_threads(1);
  cv::setNumThreads(1);
  bench::OnnxRuntime runtime(arguments[1]);
  fmt::print("ONNX Runtime {}, OpenCV {}\n", runtime.version(), CV_VERSION);
  for (const Case& net : {Case{"mobilenet_v2", "mobilenet-v2", Json::object({{"outputs", 1000}})},
                          Case{"mobilenet_v3_small", "mobilenet-v3", Json::object({{"size", "small"}, {"outputs", 1000}})},
                          Case{"resnet18", "resnet", Json::object({{"layers", 18}, {"outputs", 1000}})}})
    compare(net, runtime);
}
