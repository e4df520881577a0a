#include <fmt/format.h>

#include <array>
#include <functional>

#include "model/decode/boxes.h"
#include "model/decode/centernet.h"
#include "model/decode/decoders.h"
#include "model/decode/made_decoder.h"
#include "model/decode/scored_boxes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

using ReadBoxes = std::function<std::vector<RawRegion>(std::span<const Output> outputs, std::size_t item, float threshold)>;

// What all have in common: a kind's own way to read boxes off the outputs, then suppression.
class BoxDecoder : public RegionDecoder {
 public:
  BoxDecoder(const ModelSpec& spec, std::vector<std::string> labels, JsonReader& settings, ReadBoxes read)
      : model_(spec.name()), labels_(std::move(labels)), read_(std::move(read)) {
    suppression_.threshold = static_cast<float>(settings.number("threshold", 0, 1));
    suppression_.iou = static_cast<float>(settings.number("iou", 0, 1));
    suppression_.by_concept = settings.flag_or("by_concept", false);
  }

  std::vector<Region> operator()(std::span<const Output> outputs, std::size_t item, const Box& landing) const override {
    const auto raw = read_(outputs, item, suppression_.threshold);
    for (const RawRegion& region : raw)
      if (region.label >= labels_.size())
        throw Error(ErrorCode::InvalidModel, model_,
                    fmt::format("wanted a label for its output {}, got {} labels", region.label + 1, labels_.size()));
    return finished_regions(raw, suppression_, landing, labels_);
  }

 private:
  std::string model_;
  std::vector<std::string> labels_;
  Suppression suppression_;
  ReadBoxes read_;
};

ReadBoxes tiny_yolo(const std::string& model, JsonReader& settings) {
  std::vector<Point> anchors;
  for (const auto& row : settings.rows("anchors", 2, 100))
    anchors.push_back({static_cast<float>(row[0]), static_cast<float>(row[1])});
  return [model, anchors](std::span<const Output> outputs, std::size_t item, float threshold) {
    const Output& cells = only_output(outputs, model);
    if (cells.shape.size() != 4 || cells.shape[3] != static_cast<std::int64_t>(anchors.size() * 5))
      throw Error(ErrorCode::InvalidModel, model, fmt::format("wanted 5 outputs for each of {} anchors", anchors.size()));
    return tiny_yolo_regions(cells.row(item), cells.shape[1], cells.shape[2], anchors, threshold);
  };
}

ReadBoxes yunet(const std::string& model, int width, int height, const JsonReader& settings) {
  if (width % 32 != 0 || height % 32 != 0)
    settings.fail(fmt::format("wanted an input whose sides are multiples of 32, got {} x {}", width, height));
  return [=](std::span<const Output> outputs, std::size_t item, float threshold) {
    return yunet_regions(only_output(outputs, model).row(item), width, height, threshold);
  };
}

ReadBoxes centernet(int width, int height) {
  return [=](std::span<const Output> outputs, std::size_t item, float threshold) {
    return centernet_regions(outputs, item, width, height, threshold);
  };
}

ReadBoxes boxes_and_scores(JsonReader& settings) {
  static constexpr std::array<std::string_view, 2> functions = {"sigmoid", "softmax"};
  ScoredBoxesSettings read;
  read.scores = settings.choice("scores", functions) == 0 ? Scores::Sigmoid : Scores::Softmax;
  read.background = settings.flag_or("background", false);
  return [read](std::span<const Output> outputs, std::size_t item, float threshold) {
    return scored_boxes(outputs, item, read, threshold);
  };
}

ReadBoxes fastestdet(const std::string& model) {
  return [=](std::span<const Output> outputs, std::size_t item, float threshold) {
    return fastestdet_regions(only_output(outputs, model), item, threshold);
  };
}

// Detectors of one kind of thing, whose outputs have no place for a second label.
void require_one_label(const ModelSpec& spec, const std::vector<std::string>& labels) {
  if (labels.size() != 1)
    throw Error(ErrorCode::InvalidModel, spec.name(),
                fmt::format("wanted one label, as it finds one kind, got {}", labels.size()));
}

}  // namespace

std::shared_ptr<const RegionDecoder> make_region_decoder(const ModelSpec& spec, const Preprocess& preprocess,
                                                         const std::vector<std::string>& labels) {
  enum Kind { TinyYolo, YuNet, CenterNet, FastestDet, Boxes };
  static constexpr std::array<std::string_view, 5> kinds = {"tiny-yolo", "yunet", "centernet", "fastestdet", "boxes"};
  const auto make = [&](std::size_t kind, JsonReader& settings) -> std::shared_ptr<const RegionDecoder> {
    if (kind == TinyYolo || kind == YuNet) require_one_label(spec, labels);
    ReadBoxes read;
    if (kind == TinyYolo) read = tiny_yolo(spec.name(), settings);
    if (kind == YuNet) read = yunet(spec.name(), preprocess.width, preprocess.height, settings);
    if (kind == CenterNet) read = centernet(preprocess.width, preprocess.height);
    if (kind == FastestDet) read = fastestdet(spec.name());
    if (kind == Boxes) read = boxes_and_scores(settings);
    return std::make_shared<BoxDecoder>(spec, labels, settings, std::move(read));
  };
  return made_decoder<RegionDecoder>(spec, kinds, make);
}

}  // namespace workflow
