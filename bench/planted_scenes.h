#pragma once

#include <fmt/format.h>

#include <opencv2/imgproc.hpp>
#include <random>
#include <string>
#include <vector>

#include "workflow/model/detector.h"
#include "workflow/opencv.h"

namespace workflow::bench {

/// Photos with a known number of faces: faces cut out of real photos, pasted at a grid onto a quiet background.
class PlantedScenes {
 public:
  /// `photos` are where the faces come from; only faces that are found there with `least_score` are taken.
  PlantedScenes(const Detector& find_faces, const std::vector<Image>& photos, float least_score)
      : find_faces_(find_faces), least_score_(least_score) {
    for (const Image& photo : photos) {
      for (const Region& face : find_faces.detect(photo)) {
        if (face.score < least_score) continue;
        const cv::Mat pixels = as_mat(photo);
        const float side = static_cast<float>(widest) / 2 * std::max(face.box.width() * static_cast<float>(pixels.cols),
                                            face.box.height() * static_cast<float>(pixels.rows));
        const Point centre{face.box.centre().x * static_cast<float>(pixels.cols), face.box.centre().y * static_cast<float>(pixels.rows)};
        const cv::Rect around(cv::Point2f(centre.x - side, centre.y - side), cv::Point2f(centre.x + side, centre.y + side));
        faces_.push_back(pixels(around & cv::Rect(0, 0, pixels.cols, pixels.rows)).clone());
      }
    }
  }

  std::size_t faces() const { return faces_.size(); }

  /// A photo on which the detector finds `count` faces, or as near to it as planting anew gets; the same for the same seed.
  Image plant(int count, std::uint32_t seed) const {
    if (count == 0) return from_mat(background({1280, 960}));
    const Grid grid = grid_for(count);
    std::mt19937 random(seed);
    const auto any = [&] { return Planted{random() % faces_.size(), grid.least_context + 0.05 * static_cast<double>(random() % 5)}; };
    std::vector<Planted> planted(static_cast<std::size_t>(grid.columns * grid.rows));
    for (Planted& each : planted) each = any();

    Image scene = from_mat(draw(grid, planted));
    Found found = look_at(grid, scene);
    const auto wrong = [&](const Found& it) { return std::abs(it.faces - count); };
    // Plant anew where nothing was found, bare background where too much was, and keep what is no worse.
    for (int attempt = 0; attempt < 1000 && wrong(found) > 0; ++attempt) {
      auto others = planted;
      if (found.faces > count) {
        others[random() % others.size()].context = 0;
      } else if (!found.empty_cells.empty()) {
        const std::size_t cell = found.empty_cells[random() % found.empty_cells.size()];
        others[cell] = random() % 4 == 0 ? any() : planted[random() % planted.size()];
      }
      const Image other = from_mat(draw(grid, others));
      Found now = look_at(grid, other);
      if (wrong(now) > wrong(found)) continue;
      scene = other;
      planted = std::move(others);
      found = std::move(now);
    }
    return scene;
  }

 private:
  struct Grid {
    cv::Size size;
    int columns;
    int rows;
    double least_context;  ///< see Planted
  };

  struct Planted {
    std::size_t face;
    double context;  ///< the side of what is planted, as a multiple of the face's box; at most `widest`
  };

  static constexpr double widest = 1.5;

  // 64 faces need the whole square that the detector looks at, 46 x 52 of its pixels each, and some cells to spare.
  static Grid grid_for(int count) {
    if (count > 16) return {{1280, 1280}, 9, 8, 0.75};
    if (count > 4) return {{1280, 960}, 4, 4, 1.3};
    return count > 1 ? Grid{{1280, 960}, 2, 2, 1.3} : Grid{{1280, 960}, 1, 1, 1.3};
  }

  struct Found {
    int faces = 0;
    std::vector<std::size_t> empty_cells;
  };

  Found look_at(const Grid& grid, const Image& scene) const {
    Found found;
    std::vector<bool> has_face(static_cast<std::size_t>(grid.columns * grid.rows));
    for (const Region& region : find_faces_.detect(scene)) {
      if (region.score < least_score_) continue;
      ++found.faces;
      const Point centre = region.box.centre();
      const int row = std::min(static_cast<int>(centre.y * static_cast<float>(grid.rows)), grid.rows - 1);
      const int column = std::min(static_cast<int>(centre.x * static_cast<float>(grid.columns)), grid.columns - 1);
      has_face[static_cast<std::size_t>(row * grid.columns + column)] = true;
    }
    for (std::size_t cell = 0; cell < has_face.size(); ++cell)
      if (!has_face[cell]) found.empty_cells.push_back(cell);
    return found;
  }

  static cv::Mat background(cv::Size size) {
    cv::Mat scene(size, CV_8UC3);
    for (int y = 0; y < size.height; ++y) scene.row(y).setTo(cv::Scalar::all(90 + 40.0 * y / size.height));
    return scene;
  }

  cv::Mat draw(const Grid& grid, const std::vector<Planted>& planted) const {
    cv::Mat scene = background(grid.size);
    const int width = grid.size.width / grid.columns;
    const int height = grid.size.height / grid.rows;
    for (std::size_t i = 0; i < planted.size(); ++i) {
      if (planted[i].context == 0) continue;
      const cv::Mat& whole = faces_[planted[i].face];
      const cv::Size part(static_cast<int>(whole.cols * planted[i].context / widest), static_cast<int>(whole.rows * planted[i].context / widest));
      const cv::Mat face = whole(cv::Rect({(whole.cols - part.width) / 2, (whole.rows - part.height) / 2}, part));
      const double scale = std::min({width / static_cast<double>(face.cols), height / static_cast<double>(face.rows), 400.0 / face.rows});
      cv::Mat sized;
      cv::resize(face, sized, {}, scale, scale, cv::INTER_AREA);
      const int column = static_cast<int>(i) % grid.columns;
      const int row = static_cast<int>(i) / grid.columns;
      sized.copyTo(scene(cv::Rect(column * width + (width - sized.cols) / 2, row * height + (height - sized.rows) / 2, sized.cols, sized.rows)));
    }
    return scene;
  }

  const Detector& find_faces_;
  float least_score_;
  std::vector<cv::Mat> faces_;
};

}  // namespace workflow::bench
