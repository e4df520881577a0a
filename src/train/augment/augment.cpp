#include "train/augment/augment.h"

#include <fmt/format.h>

#include <array>

#include "train/augment/pixel_operations.h"
#include "train/augment/random_number.h"
#include "train/augment/view.h"
#include "workflow/base/error.h"
#include "workflow/opencv.h"

namespace workflow {
namespace {

void check(const AugmentSettings& settings) {
  const auto within = [](std::string_view name, double value, double least, double most) {
    if (!(value >= least && value <= most))
      throw Error(ErrorCode::InvalidSetting, "Augment",
                  fmt::format("{}: wanted {:g}..{:g}, got {:g}", name, least, most, value));
  };
  within("width", settings.width, 1, 32768);
  within("height", settings.height, 1, 32768);
  within("flip", settings.flip, 0, 1);
  within("flip_vertical", settings.flip_vertical, 0, 1);
  within("crop", settings.crop, 0.01, 1);
  within("scale", settings.scale, 1, 8);
  within("rotate", settings.rotate, 0, 180);
  within("colour", settings.colour, 0, 1);
  within("erase", settings.erase, 0, 1);
  within("rand_augment", settings.rand_augment, 0, 10);
  within("strength", settings.strength, 0, 1);
  within("mosaic", settings.mosaic, 0, 1);
}

void require_pixels(const BoxedImage& picture) {
  if (picture.image.empty()) throw Error(ErrorCode::InvalidValue, "Augment", "wanted a picture, got an empty one");
}

// What happens to a picture once it has its size.
BoxedImage finished(cv::Mat& pixels, std::vector<TargetBox> boxes, const AugmentSettings& settings,
                    std::mt19937_64& random) {
  if (settings.rand_augment > 0)
    rand_augment(pixels, boxes, settings.rand_augment, settings.strength, border_of(settings.fit), random);
  vary_colour(pixels, settings.colour, random);
  if (random_chance(settings.erase, random)) erase_part(pixels, boxes, random);
  return {from_mat(pixels), std::move(boxes)};
}

}  // namespace

Augment::Augment(const AugmentSettings& settings) : settings_(settings) { check(settings); }

BoxedImage Augment::operator()(const BoxedImage& picture, std::mt19937_64& random) const {
  require_pixels(picture);
  cv::Mat pixels(settings_.height, settings_.width, CV_8UC3);
  const View view = random_view(picture.image.width(), picture.image.height(), settings_, random);
  auto boxes = show(picture, view, border_of(settings_.fit), pixels);
  return finished(pixels, std::move(boxes), settings_, random);
}

bool Augment::wants_mosaic(std::mt19937_64& random) const { return random_chance(settings_.mosaic, random); }

BoxedImage Augment::mosaic(std::span<const BoxedImage, 4> pictures, std::mt19937_64& random) const {
  const int width = settings_.width, height = settings_.height;
  if (width < 2 || height < 2)
    throw Error(ErrorCode::InvalidSetting, "Augment", "wanted a size of at least 2 x 2 to put four pictures on");
  cv::Mat pixels(height, width, CV_8UC3);
  const auto middle = [&](int side) {
    return std::clamp(static_cast<int>(random_between(0.3, 0.7, random) * side), 1, side - 1);
  };
  const int x = middle(width), y = middle(height);
  const std::array<cv::Rect, 4> tiles = {
      {{0, 0, x, y}, {x, 0, width - x, y}, {0, y, x, height - y}, {x, y, width - x, height - y}}};
  std::vector<TargetBox> all;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    require_pixels(pictures[i]);
    const cv::Rect& tile = tiles[i];
    View view = random_view(pictures[i].image.width(), pictures[i].image.height(), settings_, random);
    // A part as large as the tile; or more of the picture, shrunk up to the half, at which it is there as a whole.
    const double shrunk = random_between(1, 2, random);
    const double wide = view.width * tile.width / width * shrunk, high = view.height * tile.height / height * shrunk;
    view.left += random_unit(random) * (view.width - wide);
    view.top += random_unit(random) * (view.height - high);
    view.width = wide, view.height = high;
    cv::Mat part = pixels(tile);
    const auto boxes = show(pictures[i], view, border_of(settings_.fit), part);
    const auto relative = [](int at, int side) { return static_cast<float>(at) / static_cast<float>(side); };
    const Box frame = {relative(tile.x, width), relative(tile.y, height), relative(tile.x + tile.width, width),
                       relative(tile.y + tile.height, height)};
    for (const TargetBox& each : boxes) all.push_back({frame.outer(each.box), each.label, each.is_difficult});
  }
  return finished(pixels, std::move(all), settings_, random);
}

}  // namespace workflow
