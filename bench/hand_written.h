#pragma once

#include <fmt/format.h>
#include <omp.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "catalogue/builtin.h"
#include "catalogue/folders.h"
#include "nets/architectures.h"
#include "nets/load_weights.h"

namespace workflow::bench {

/// What all contenders give for a face: its box relative to the photo, and the seven expressions' scores.
struct Face {
  float left, top, right, bottom, score;
  std::array<float, 7> expressions;
};
using Faces = std::vector<Face>;                            ///< of one photo, the best score first
using Photo = std::function<cv::Mat(std::size_t)>;          ///< gives a photo's pixels: from memory, or decoded from a file

constexpr int detector_side = 416;
constexpr int crop_side = 112;
constexpr std::array<float, 3> detector_mean{117.001f, 114.697f, 97.404f};
constexpr std::array<float, 3> crop_mean{122.782f, 117.001f, 104.298f};
constexpr float pixel_scale = 0.00392156862745098f;

/// A built-in model's net with its weights, as a torch::nn module that nobody has prepared.
inline std::shared_ptr<Net> plain_net(const std::string& id) {
  for (const ModelDirectory& model : builtin_models()) {
    if (model.spec.id != id) continue;
    auto net = make_net(model.spec.architecture, model.spec.settings);
    load_weights(*net, read_safetensors(weights_file(standard_models_folder(), model.spec)));
    net->train(false);
    return net;
  }
  throw std::runtime_error("no model " + id);
}

/// The same made ready for batches of `batch`: packed for oneDNN, or channels_last as ATen runs it.
inline std::shared_ptr<Net> ready_net(const std::string& id, std::int64_t batch, bool packed) {
  auto net = plain_net(id);
  const int side = id == "face-detector" ? detector_side : crop_side;
  const c10::InferenceMode inference;
  at::globalContext().setUserEnabledMkldnn(packed);
  net->prepare(torch::zeros({batch, 3, side, side}).contiguous(torch::MemoryFormat::ChannelsLast));
  at::globalContext().setUserEnabledMkldnn(true);
  return net;
}

inline float sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }

/// Reads one photo's cells (13 x 13 x 5 anchors x 5), suppresses, and brings the boxes onto a photo that covers `right` x
/// `bottom` of the net's input.
inline Faces decoded(const float* cell, float right, float bottom, float least_score) {
  static constexpr std::array<std::array<float, 2>, 5> anchors{
      {{1.603231f, 2.094468f}, {6.041143f, 7.080126f}, {2.882459f, 3.518061f}, {4.266906f, 5.178857f}, {9.041765f, 10.66308f}}};
  constexpr int cells = 13;
  Faces candidates;
  for (int row = 0; row < cells; ++row) {
    for (int column = 0; column < cells; ++column) {
      for (const auto& anchor : anchors) {
        if (cell[4] > 0) {  // its sigmoid is above a half
          const float x = (static_cast<float>(column) + sigmoid(cell[0])) / cells / right;
          const float y = (static_cast<float>(row) + sigmoid(cell[1])) / cells / bottom;
          const float half_width = std::exp(cell[2]) * anchor[0] / cells / right / 2;
          const float half_height = std::exp(cell[3]) * anchor[1] / cells / bottom / 2;
          candidates.push_back({x - half_width, y - half_height, x + half_width, y + half_height, sigmoid(cell[4]), {}});
        }
        cell += 5;
      }
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const Face& a, const Face& b) { return a.score > b.score; });
  const auto overlap = [](const Face& a, const Face& b) {
    const float width = std::min(a.right, b.right) - std::max(a.left, b.left);
    const float height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
    if (width <= 0 || height <= 0) return 0.0f;
    const float shared = width * height;
    return shared / ((a.right - a.left) * (a.bottom - a.top) + (b.right - b.left) * (b.bottom - b.top) - shared);
  };
  Faces kept;
  for (const Face& candidate : candidates)
    if (std::none_of(kept.begin(), kept.end(), [&](const Face& better) { return overlap(candidate, better) > 0.4f; }))
      kept.push_back(candidate);
  Faces faces;
  for (Face face : kept) {
    face.left = std::max(face.left, 0.0f);
    face.top = std::max(face.top, 0.0f);
    face.right = std::min(face.right, 1.0f);
    face.bottom = std::min(face.bottom, 1.0f);
    if (face.score >= least_score && face.left < face.right && face.top < face.bottom) faces.push_back(face);
  }
  return faces;
}

/// The face's pixels on its photo, no copy.
inline cv::Mat cut_out(const cv::Mat& photo, const Face& face) {
  const auto pixel = [](float edge, int size) { return static_cast<int>(static_cast<double>(edge) * size + size * 0x1p-22); };
  const int left = pixel(face.left, photo.cols);
  const int top = pixel(face.top, photo.rows);
  return photo(cv::Rect(left, top, std::max(pixel(face.right, photo.cols) - left, 1), std::max(pixel(face.bottom, photo.rows) - top, 1)));
}

/// The crop with black on both sides until it is square.
inline void centre_on_square(const cv::Mat& crop, cv::Mat& square) {
  const int side = std::max(crop.cols, crop.rows);
  const int left = (side - crop.cols) / 2;
  const int top = (side - crop.rows) / 2;
  cv::copyMakeBorder(crop, square, top, side - crop.rows - top, left, side - crop.cols - left, cv::BORDER_CONSTANT | cv::BORDER_ISOLATED);
}

/// RGB bytes to normalised floats, in blocks of 16 pixels so that the compiler makes whole vectors of them.
[[gnu::target_clones("avx512f", "avx2", "default")]] inline void normalise(const std::uint8_t* from, std::size_t count,
                                                                           const std::array<float, 3>& mean, float* to) {
  constexpr std::size_t block = 48;
  float means[block];
  for (std::size_t i = 0; i < block; ++i) means[i] = mean[i % 3];
  std::size_t begin = 0;
  for (; begin + block <= count; begin += block)
    for (std::size_t i = 0; i < block; ++i) to[begin + i] = (static_cast<float>(from[begin + i]) - means[i]) * pixel_scale;
  for (; begin < count; ++begin) to[begin] = (static_cast<float>(from[begin]) - mean[begin % 3]) * pixel_scale;
}

/// How the hand-written loop batches; the quickest of several is what the library is measured against.
struct HandSettings {
  std::size_t photos = 8;      ///< whose crops go through together
  std::size_t detections = 8;  ///< photos in one forward pass of the detector
  std::size_t crops = 16;      ///< crops in one forward pass
  bool packed = true;          ///< for oneDNN, else channels_last as ATen runs it
  int callers = 1;
  int omp_threads = 1;  ///< of each caller

  std::string text() const {
    return fmt::format("window {}, detector batch {}, crop batch {}, {}, {} x {} threads", photos, detections, crops,
                       packed ? "oneDNN packed" : "channels_last", callers, omp_threads);
  }
};

/// The loop that an expert writes with LibTorch and OpenCV for this one task: photos in windows, all crops of a window in
/// batches, fixed input tensors that are written in place, no copy but the resized pixels.
class HandWritten {
 public:
  HandWritten(const HandSettings& settings, float least_score)
      : settings_(settings),
        least_score_(least_score),
        detector_(ready_net("face-detector", static_cast<std::int64_t>(settings.detections), settings.packed)),
        expression_(ready_net("face-expression", static_cast<std::int64_t>(settings.crops), settings.packed)),
        arena_(settings.callers) {}

  const HandSettings& settings() const { return settings_; }

  std::vector<Faces> run(const Photo& photo, std::size_t count) {
    std::vector<Faces> results(count);
    const std::size_t windows = (count + settings_.photos - 1) / settings_.photos;
    const auto one = [&](std::size_t i) {
      omp_set_num_threads(settings_.omp_threads);
      const std::size_t begin = i * settings_.photos;
      window(photo, begin, std::min(settings_.photos, count - begin), results);
    };
    if (settings_.callers == 1) {
      for (std::size_t i = 0; i < windows; ++i) one(i);
    } else {
      arena_.execute([&] { tbb::parallel_for(std::size_t{0}, windows, one, tbb::simple_partitioner()); });
    }
    omp_set_num_threads(1);
    return results;
  }

 private:
  // A caller's own: input tensors and pixels, written anew for every batch.
  struct Buffers {
    torch::Tensor photos;
    torch::Tensor crops;
    cv::Mat sized, rgb, square;
  };

  static float* item(torch::Tensor& batch, std::size_t i) { return batch.data_ptr<float>() + static_cast<std::int64_t>(i) * batch.stride(0); }

  static void ensure(torch::Tensor& batch, std::size_t size, int side) {
    if (batch.defined() && batch.size(0) >= static_cast<std::int64_t>(size)) return;
    batch = torch::zeros({static_cast<std::int64_t>(size), 3, side, side}).contiguous(torch::MemoryFormat::ChannelsLast);
  }

  void put_photo(const cv::Mat& photo, Buffers& buffers, float* to) const {
    // Only the part of the square that the photo covers is sampled; the rest is black.
    const int longer = std::max(photo.cols, photo.rows);
    const int width = photo.cols * detector_side / longer;
    const int height = photo.rows * detector_side / longer;
    if (width != detector_side || photo.rows * detector_side % longer != 0) throw std::runtime_error("a photo that this loop can't letterbox");
    cv::resize(photo, buffers.sized, {width, height});
    cv::cvtColor(buffers.sized, buffers.rgb, cv::COLOR_BGR2RGB);
    const std::size_t row = 3 * detector_side;
    const auto covered = row * static_cast<std::size_t>(height);
    normalise(buffers.rgb.data, covered, detector_mean, to);
    if (height == detector_side) return;
    for (std::size_t i = 0; i < row; ++i) to[covered + i] = -detector_mean[i % 3] * pixel_scale;
    for (int y = height + 1; y < detector_side; ++y) std::memcpy(to + row * static_cast<std::size_t>(y), to + covered, row * sizeof(float));
  }

  void put_crop(const cv::Mat& crop, Buffers& buffers, float* to) const {
    const cv::Mat* source = &crop;
    if (crop.cols != crop.rows) {
      centre_on_square(crop, buffers.square);
      source = &buffers.square;
    }
    cv::resize(*source, buffers.sized, {crop_side, crop_side});
    cv::cvtColor(buffers.sized, buffers.rgb, cv::COLOR_BGR2RGB);
    normalise(buffers.rgb.data, 3 * crop_side * crop_side, crop_mean, to);
  }

  void window(const Photo& photo, std::size_t begin, std::size_t count, std::vector<Faces>& results) {
    const c10::InferenceMode inference;
    thread_local Buffers buffers;
    ensure(buffers.photos, settings_.detections, detector_side);
    ensure(buffers.crops, settings_.crops, crop_side);

    std::vector<cv::Mat> photos;
    for (std::size_t i = 0; i < count; ++i) photos.push_back(photo(begin + i));
    for (std::size_t first = 0; first < count; first += settings_.detections) {
      const std::size_t size = std::min(settings_.detections, count - first);
      for (std::size_t i = 0; i < size; ++i) put_photo(photos[first + i], buffers, item(buffers.photos, i));
      const auto cells = detector_->forward(buffers.photos.narrow(0, 0, static_cast<std::int64_t>(size)))[0].contiguous();
      for (std::size_t i = 0; i < size; ++i) {
        const cv::Mat& pixels = photos[first + i];
        const auto longer = static_cast<float>(std::max(pixels.cols, pixels.rows));
        results[begin + first + i] = decoded(cells.data_ptr<float>() + static_cast<std::int64_t>(i) * cells.stride(0),
                                             static_cast<float>(pixels.cols) / longer, static_cast<float>(pixels.rows) / longer, least_score_);
      }
    }

    std::vector<std::pair<std::size_t, Face*>> faces;
    for (std::size_t i = 0; i < count; ++i)
      for (Face& face : results[begin + i]) faces.emplace_back(i, &face);
    for (std::size_t first = 0; first < faces.size(); first += settings_.crops) {
      const std::size_t size = std::min(settings_.crops, faces.size() - first);
      for (std::size_t i = 0; i < size; ++i)
        put_crop(cut_out(photos[faces[first + i].first], *faces[first + i].second), buffers, item(buffers.crops, i));
      const auto scores = at::softmax(expression_->forward(buffers.crops.narrow(0, 0, static_cast<std::int64_t>(size)))[0], 1).contiguous();
      for (std::size_t i = 0; i < size; ++i)
        std::copy_n(scores.data_ptr<float>() + 7 * i, 7, faces[first + i].second->expressions.begin());
    }
  }

  HandSettings settings_;
  float least_score_;
  std::shared_ptr<Net> detector_;
  std::shared_ptr<Net> expression_;
  tbb::task_arena arena_;
};

/// The loop as it is written first: photo by photo, crop by crop, OpenCV's calls one after the other, one forward pass a face
/// through the modules as they are.
class PlainLoop {
 public:
  PlainLoop(float least_score, int threads)
      : least_score_(least_score), threads_(threads), detector_(plain_net("face-detector")), expression_(plain_net("face-expression")) {}

  std::vector<Faces> run(const Photo& photo, std::size_t count) {
    omp_set_num_threads(threads_);
    const c10::InferenceMode inference;
    std::vector<Faces> results;
    for (std::size_t i = 0; i < count; ++i) {
      const cv::Mat pixels = photo(i);
      const int longer = std::max(pixels.cols, pixels.rows);
      cv::Mat square;
      cv::copyMakeBorder(pixels, square, 0, longer - pixels.rows, 0, longer - pixels.cols, cv::BORDER_CONSTANT);
      const auto cells = forward(*detector_, square, detector_side, detector_mean).contiguous();
      Faces faces = decoded(cells.data_ptr<float>(), static_cast<float>(pixels.cols) / static_cast<float>(longer),
                            static_cast<float>(pixels.rows) / static_cast<float>(longer), least_score_);
      for (Face& face : faces) {
        cv::Mat crop;
        centre_on_square(cut_out(pixels, face), crop);
        const auto scores = at::softmax(forward(*expression_, crop, crop_side, crop_mean), 1).contiguous();
        std::copy_n(scores.data_ptr<float>(), 7, face.expressions.begin());
      }
      results.push_back(std::move(faces));
    }
    omp_set_num_threads(1);
    return results;
  }

 private:
  static torch::Tensor forward(Net& net, const cv::Mat& square, int side, const std::array<float, 3>& mean) {
    cv::Mat sized, rgb, floats;
    cv::resize(square, sized, {side, side});
    cv::cvtColor(sized, rgb, cv::COLOR_BGR2RGB);
    rgb.convertTo(floats, CV_32F);
    cv::subtract(floats, cv::Scalar(mean[0], mean[1], mean[2]), floats);
    floats *= pixel_scale;
    return net.forward(torch::from_blob(floats.data, {1, side, side, 3}).permute({0, 3, 1, 2}))[0];
  }

  float least_score_;
  int threads_;
  std::shared_ptr<Net> detector_;
  std::shared_ptr<Net> expression_;
};

}  // namespace workflow::bench
