#include "workflow/train/detection_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/in_quotes.h"
#include "base/nearest.h"
#include "train/detection_match.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::string_view place = "DetectionMeter";
constexpr std::size_t most_found = 100;  // of a concept on a picture

PixelBox in_pixels(const Box& box, int width, int height) {
  if (std::isnan(box.left) || std::isnan(box.top) || std::isnan(box.right) || std::isnan(box.bottom))
    throw Error(ErrorCode::InvalidValue, place, "wanted a box, one of its edges is NaN");
  const auto pixels = [](float edge, int side) { return static_cast<double>(edge) * side; };
  return {pixels(box.left, width), pixels(box.top, height), pixels(box.right, width), pixels(box.bottom, height)};
}

// The mean of what is there.
class Mean {
 public:
  void add(const std::optional<double>& value) {
    if (!value) return;
    sum_ += *value;
    ++count_;
  }
  std::optional<double> value() const { return count_ ? std::optional(sum_ / static_cast<double>(count_)) : std::nullopt; }

 private:
  double sum_ = 0;
  std::size_t count_ = 0;
};

}  // namespace

struct DetectionMeter::Pictures {
  std::vector<std::string> concepts;
  std::vector<std::vector<PictureBoxes>> of;  // [concept][picture]

  std::size_t place_of(const std::string& name) const {
    return static_cast<std::size_t>(std::ranges::find(concepts, name) - concepts.begin());
  }

  std::optional<double> precision(std::size_t each, const AreaRange& areas, double overlap) const {
    Matches matches;
    for (const PictureBoxes& boxes : of[each]) match(boxes, areas, overlap, matches);
    return interpolated_precision(std::move(matches));
  }

  // Over the overlaps 0.50, 0.55 to 0.95; there are as many boxes at each.
  std::optional<double> mean_precision(std::size_t each, const AreaRange& areas) const {
    Mean mean;
    for (int i = 0; i < 10; ++i) mean.add(precision(each, areas, i * ((0.95 - 0.5) / 9) + 0.5));
    return mean.value();
  }
};

DetectionMeter::DetectionMeter(std::vector<std::string> concepts) : pictures_(std::make_unique<Pictures>()) {
  pictures_->of.resize(concepts.size());
  pictures_->concepts = std::move(concepts);
}

DetectionMeter::DetectionMeter(DetectionMeter&&) noexcept = default;
DetectionMeter& DetectionMeter::operator=(DetectionMeter&&) noexcept = default;
DetectionMeter::~DetectionMeter() = default;

void DetectionMeter::add(std::span<const Region> found, std::span<const LabelledBox> there, int width, int height) {
  if (width < 1 || height < 1)
    throw Error(ErrorCode::InvalidValue, place, fmt::format("wanted a picture's size, got {} x {}", width, height));
  std::vector<PictureBoxes> added(pictures_->concepts.size());
  for (const Region& region : found) {
    if (region.concepts.empty()) continue;
    const std::size_t at = pictures_->place_of(region.concepts.top().name);
    if (at == added.size()) continue;
    if (std::isnan(region.score)) throw Error(ErrorCode::InvalidValue, place, "wanted a score, got NaN");
    added[at].found.push_back({in_pixels(region.box, width, height), static_cast<double>(region.score)});
  }
  for (const LabelledBox& box : there) {
    const std::size_t at = pictures_->place_of(box.concept_name);
    if (at == added.size()) {
      const std::string near = nearest_name(box.concept_name, pictures_->concepts);
      throw Error(ErrorCode::NotFound, place,
                  fmt::format("a box of {}, which is none of the {} concepts{}", in_quotes(box.concept_name), added.size(),
                              near.empty() ? "" : "; nearest: " + in_quotes(near)));
    }
    const PixelBox pixels = in_pixels(box.box, width, height);
    if (!(pixels.right > pixels.left && pixels.bottom > pixels.top))
      throw Error(ErrorCode::InvalidValue, place,
                  fmt::format("wanted a box with an area, one of {} has none", in_quotes(box.concept_name)));
    added[at].there.push_back({pixels, box.is_difficult});
  }
  for (std::size_t i = 0; i < added.size(); ++i) {
    std::ranges::stable_sort(added[i].found, std::greater{}, &PictureBoxes::Found::score);
    if (added[i].found.size() > most_found) added[i].found.resize(most_found);
    pictures_->of[i].push_back(std::move(added[i]));
  }
}

DetectionQuality DetectionMeter::quality() const {
  constexpr double small = 32 * 32, medium = 96 * 96;
  DetectionQuality quality;
  std::array<Mean, 6> means;
  for (std::size_t i = 0; i < pictures_->concepts.size(); ++i) {
    ConceptDetection one{.name = pictures_->concepts[i]};
    for (const PictureBoxes& boxes : pictures_->of[i])
      one.boxes += static_cast<std::size_t>(std::ranges::count(boxes.there, false, &PictureBoxes::There::is_crowd));
    one.ap = pictures_->mean_precision(i, {});
    one.ap_50 = pictures_->precision(i, {}, 0.5);
    means[0].add(one.ap);
    means[1].add(one.ap_50);
    means[2].add(pictures_->precision(i, {}, 0.75));
    means[3].add(pictures_->mean_precision(i, {0, small}));
    means[4].add(pictures_->mean_precision(i, {small, medium}));
    means[5].add(pictures_->mean_precision(i, {.least = medium}));
    quality.concepts.push_back(std::move(one));
  }
  std::array<std::optional<double>*, 6> values = {&quality.map,   &quality.map_50, &quality.map_75,
                                                  &quality.small, &quality.medium, &quality.large};
  for (std::size_t i = 0; i < values.size(); ++i) *values[i] = means[i].value();
  return quality;
}

Json DetectionQuality::to_json() const {
  const auto number = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
  Json list = Json::array();
  for (const ConceptDetection& each : concepts)
    list.push_back(
        Json::object({{"name", each.name}, {"boxes", each.boxes}, {"ap", number(each.ap)}, {"ap_50", number(each.ap_50)}}));
  return Json::object({{"map", number(map)},
                       {"map_50", number(map_50)},
                       {"map_75", number(map_75)},
                       {"small", number(small)},
                       {"medium", number(medium)},
                       {"large", number(large)},
                       {"concepts", list}});
}

DetectionQuality detection_quality(const Detector& detector, const Dataset& dataset) {
  DetectionMeter meter(dataset.concepts());
  std::size_t read = 0;
  std::string fault;
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    Image image;
    try {
      image = image_of(dataset[i]);
      ++read;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::TypeMismatch) throw;
      fault = error.text();
    }
    // Of a picture that nobody can read the size does not matter, as all of its boxes are missed.
    if (image.empty())
      meter.add({}, dataset[i].boxes, 1, 1);
    else
      meter.add(detector.detect(image), dataset[i].boxes, image.width(), image.height());
  }
  if (read == 0)
    throw Error(
        ErrorCode::InvalidValue, "detection_quality",
        fault.empty() ? "wanted pictures, got none" : fmt::format("not one picture could be read; the last: {}", fault));
  return meter.quality();
}

}  // namespace workflow
