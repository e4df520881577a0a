#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/in_quotes.h"
#include "run/file_list.h"
#include "train/augment/random_number.h"
#include "train/deep/learnable.h"
#include "train/deep/tasks.h"
#include "train/detection/target_boxes.h"
#include "train/libtorch/deep/picture_input.h"
#include "train/libtorch/deep/saved_weights.h"
#include "train/libtorch/detection/detection_measure.h"
#include "train/libtorch/detection/learnt_detector.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

// What the boxes of a data set show.
std::vector<std::string> found_concepts(const Dataset& train, std::vector<std::string>& notes) {
  std::set<std::string> named;
  for (std::size_t i = 0; i < train.size(); ++i)
    for (const LabelledBox& box : train[i].boxes) named.insert(box.concept_name);
  std::vector<std::string> all(named.begin(), named.end());
  std::ranges::stable_sort(all, natural_less);
  // Of some all boxes may be useless.
  std::vector<bool> is_shown(all.size(), false);
  const TargetBoxes boxes_of(all);
  BoxFaults faults;
  for (std::size_t i = 0; i < train.size(); ++i)
    for (const TargetBox& box : boxes_of(train[i], &faults))
      if (!box.is_difficult) is_shown[box.label] = true;
  for (std::string& line : faults.told("training")) notes.push_back(std::move(line));
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (is_shown[i])
      kept.push_back(all[i]);
    else
      notes.push_back(fmt::format("no box of {} can be learnt from, so it is left out", in_quotes(all[i])));
  for (const std::string& name : train.concepts())
    if (!named.contains(name))
      notes.push_back(fmt::format("pictures show {}, but no box says where, so it is left out", in_quotes(name)));
  if (kept.empty())
    throw Error(ErrorCode::InvalidValue, "Trainer",
                fmt::format("wanted boxes to learn from, got {} pictures without one that can be used", train.size()));
  return kept;
}

std::unique_ptr<LearntDetector> made_detector(DetectorKind kind, std::size_t concepts, const Weights* pretrained) {
  if (kind == DetectorKind::CenterNet) return learnt_centernet(concepts);
  if (kind == DetectorKind::SsdLite) return learnt_ssdlite(concepts);
  // A classifier's weights have a trunk alone.
  return learnt_fcos(concepts, !pretrained || !pretrained->find("head.distances.weight"));
}

class Detection : public DeepTask {
 public:
  Detection(DetectorKind kind, const PictureNet& net, const TaskNeeds& needs)
      : input_(net, needs.values), multi_scale_(needs.values.flag("multi_scale")) {
    check_takes(needs.train, false, "this template");
    const std::int64_t size = needs.values.integer("image_size");
    if (size % 32 != 0)
      throw Error(ErrorCode::InvalidSetting, "Trainer",
                  fmt::format("image_size: wanted a multiple of 32, got {}; nearest: {}", size,
                              std::max<std::int64_t>(32, (size + 16) / 32 * 32)));
    if (const std::size_t count = needs.train.box_faults().size(); count > 0)
      needs.notes.push_back(
          fmt::format("{} box{} of the data set {} clipped or left out as it was read, the first on {}: {}", count,
                      count == 1 ? "" : "es", count == 1 ? "was" : "were", in_quotes(needs.train.box_faults().front().id),
                      needs.train.box_faults().front().why));
    concepts_ = found_concepts(needs.train, needs.notes);
    boxes_of_ = std::make_unique<TargetBoxes>(concepts_);
    learnt_ = made_detector(kind, concepts_.size(), needs.pretrained);
  }

  Net& net() override { return learnt_->net(); }
  bool is_head(std::string_view parameter) const override { return learnt_->is_head(parameter); }
  const std::vector<std::string>& concepts() const override { return concepts_; }

  std::vector<std::uint32_t> places(const Dataset& dataset, Use) const override {
    check_takes(dataset, false, "this template");
    std::vector<std::uint32_t> places;
    for (std::uint32_t i = 0; i < dataset.size(); ++i)
      if (!shows_without_box(dataset[i])) places.push_back(i);
    return places;
  }

  Example example(const Dataset& dataset, std::size_t place, Use use, std::mt19937_64& random) const override {
    BoxedImage picture = boxed(dataset[place]);
    Example made;
    made.width = picture.image.width();
    made.height = picture.image.height();
    if (use == Use::Measuring) {
      made.image = input_(picture.image, /*is_varied=*/false, random);
    } else {
      const Augment& augment = input_.augment();
      picture = augment.wants_mosaic(random) ? augment.mosaic(four(dataset, std::move(picture), random), random)
                                             : augment(picture, random);
      made.image = std::move(picture.image);
    }
    made.boxes = std::move(picture.boxes);
    return made;
  }

  torch::Tensor normalised(const torch::Tensor& input) const override { return input_.normalised(input); }

  torch::Tensor loss(const torch::Tensor& input, std::span<const Example> batch, std::mt19937_64& random) override {
    BatchBoxes boxes;
    for (const Example& example : batch) boxes.emplace_back(example.boxes);
    return learnt_->loss(multi_scale_ ? scaled(input, random) : input, boxes);
  }

  std::unique_ptr<Measure> measure() const override {
    constexpr double lowest = 0.01;  // boxes below it would raise recall where precision is near 0
    ModelSpec spec = manifest();
    spec.decoding["threshold"] = lowest;
    return std::make_unique<DetectionMeasure>(concepts_, make_region_decoder(spec, input_.preprocess(), concepts_));
  }

  ModelDirectory model() const override {
    ModelDirectory model;
    model.spec = manifest();
    model.labels = concepts_;
    model.weights = saved_weights(learnt_->net());
    return model;
  }

 private:
  BoxedImage boxed(const LabelledInput& input) const { return {image_of(input), (*boxes_of_)(input)}; }

  // One of which it is known that something is there, but not where.
  static bool shows_without_box(const LabelledInput& input) { return input.boxes.empty() && !input.positive.empty(); }

  // With three others by chance; in the place of one that cannot be used the first is there again.
  std::array<BoxedImage, 4> four(const Dataset& dataset, BoxedImage first, std::mt19937_64& random) const {
    std::array<BoxedImage, 4> all = {first, first, first, first};
    for (std::size_t i = 1; i < all.size(); ++i) {
      const LabelledInput& other =
          dataset[static_cast<std::size_t>(random_choice(static_cast<int>(dataset.size()), random))];
      if (shows_without_box(other)) continue;
      try {
        all[i] = boxed(other);
      } catch (const Error&) {
        // It is told when it comes as itself.
      }
    }
    return all;
  }

  // Boxes are relative, so a batch can be scaled as a whole: from three quarters to five quarters, in steps of 32 pixels.
  static torch::Tensor scaled(const torch::Tensor& input, std::mt19937_64& random) {
    const std::int64_t size = input.size(2) / 32, least = (size * 3 + 3) / 4, most = size * 5 / 4;
    const std::int64_t side = 32 * (least + random_choice(static_cast<int>(most - least + 1), random));
    if (side == input.size(2)) return input;
    return torch::upsample_bilinear2d(input, {side, side}, /*align_corners=*/false)
        .contiguous(torch::MemoryFormat::ChannelsLast);
  }

  ModelSpec manifest() const {
    ModelSpec spec;
    spec.id = "detector";
    spec.task = "object detection";
    spec.input = "image";
    spec.output = "regions";
    spec.architecture = learnt_->architecture();
    spec.settings = learnt_->settings();
    spec.preprocessing = input_.preprocessing();
    spec.decoding = learnt_->decoding();
    spec.decoding["threshold"] = 0.3;
    spec.description = fmt::format("Finds {} kinds of things", concepts_.size());
    return spec;
  }

  PictureInput input_;
  bool multi_scale_;
  std::vector<std::string> concepts_;
  std::unique_ptr<TargetBoxes> boxes_of_;
  std::unique_ptr<LearntDetector> learnt_;
};

}  // namespace

std::shared_ptr<DeepTask> make_detection(DetectorKind kind, const PictureNet& net, const TaskNeeds& needs) {
  return std::make_shared<Detection>(kind, net, needs);
}

}  // namespace workflow
