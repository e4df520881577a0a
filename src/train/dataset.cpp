#include "workflow/train/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "base/in_quotes.h"
#include "run/file_list.h"
#include "train/dataset_whole.h"
#include "workflow/base/error.h"
#include "workflow/values/values.h"

namespace workflow {
namespace {

void check(const DatasetOptions& options) {
  if (!(options.tolerance >= 0 && options.tolerance <= 1))
    throw Error(ErrorCode::InvalidSetting, "Dataset", fmt::format("tolerance: wanted 0..1, got {}", options.tolerance));
}

bool is_text(const LabelledInput& input) { return std::holds_alternative<Text>(input.input); }

// A concept's name is a line of labels.txt, so it has no line ends; everything else is the host's own business.
bool is_name(const std::string& name) { return !name.empty() && name.find_first_of("\r\n") == std::string::npos; }

}  // namespace

Dataset::Dataset() : whole_(std::make_shared<const Whole>()) {}

Dataset::Dataset(std::shared_ptr<const Whole> whole, std::vector<std::uint32_t> indices)
    : whole_(std::move(whole)), indices_(std::move(indices)) {}

Dataset Dataset::of(std::vector<LabelledInput> inputs, const DatasetOptions& options) {
  return made(std::move(inputs), {}, options, "Dataset::of");
}

Dataset Dataset::made(std::vector<LabelledInput> inputs, std::vector<DatasetFault> faults, const DatasetOptions& options,
                      const std::string& place, std::vector<DatasetFault> box_faults) {
  check(options);
  const std::size_t all = inputs.size() + faults.size();
  if (static_cast<double>(faults.size()) > options.tolerance * static_cast<double>(all))
    throw Error(ErrorCode::InvalidValue, place,
                fmt::format("{} of {} inputs are broken, more than the tolerance of {:.3g}; the first: {}: {}",
                            faults.size(), all, options.tolerance, in_quotes(faults.front().id), faults.front().why));
  if (inputs.size() > std::numeric_limits<std::uint32_t>::max())
    throw Error(ErrorCode::InvalidValue, place, fmt::format("wanted at most 4,294,967,295 inputs, got {}", inputs.size()));

  auto whole = std::make_shared<Whole>();
  std::vector<std::string>& names = whole->concepts;
  for (const LabelledInput& input : inputs) {
    if (is_text(input) != is_text(inputs.front()))
      throw Error(ErrorCode::TypeMismatch, place,
                  fmt::format("wanted pictures only or texts only, got both; {} is a {}", in_quotes(input.id),
                              is_text(input) ? "text" : "picture"));
    for (const auto* list : {&input.positive, &input.negative})
      for (const std::string& name : *list) {
        if (!is_name(name))
          throw Error(ErrorCode::InvalidValue, place,
                      fmt::format("{}: wanted a concept's name on one line, got {}", in_quotes(input.id), in_quotes(name)));
        names.push_back(name);
      }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::sort(names.begin(), names.end(), natural_less);

  std::unordered_map<std::string, std::uint32_t> places;
  for (const std::string& name : names) places.emplace(name, static_cast<std::uint32_t>(places.size()));
  const auto places_of = [&](const std::vector<std::string>& list) {
    std::vector<std::uint32_t> found;
    for (const std::string& name : list) found.push_back(places.at(name));
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  };
  for (const LabelledInput& input : inputs) {
    Labels labels{places_of(input.positive), places_of(input.negative)};
    for (const std::uint32_t both : labels.negative)
      if (std::binary_search(labels.positive.begin(), labels.positive.end(), both))
        throw Error(ErrorCode::InvalidValue, place,
                    fmt::format("{} is said to show {} and not to show it", in_quotes(input.id), in_quotes(names[both])));
    whole->labels.push_back(std::move(labels));
  }
  whole->inputs = std::move(inputs);
  whole->faults = std::move(faults);
  whole->box_faults = std::move(box_faults);
  whole->options = options;
  std::vector<std::uint32_t> indices(whole->inputs.size());
  for (std::uint32_t i = 0; i < indices.size(); ++i) indices[i] = i;
  return Dataset(std::move(whole), std::move(indices));
}

const LabelledInput& Dataset::operator[](std::size_t i) const { return whole_->inputs[indices_[i]]; }

bool Dataset::has_texts() const { return !whole_->inputs.empty() && is_text(whole_->inputs.front()); }

const std::vector<std::string>& Dataset::concepts() const { return whole_->concepts; }

Said Dataset::said(std::size_t i, std::size_t concept_index) const {
  const auto holds = [&](std::span<const std::uint32_t> list) {
    return std::binary_search(list.begin(), list.end(), concept_index);
  };
  if (holds(positive(i))) return Said::Positive;
  return holds(negative(i)) ? Said::Negative : Said::Unknown;
}

std::span<const std::uint32_t> Dataset::positive(std::size_t i) const { return whole_->labels[indices_[i]].positive; }

std::span<const std::uint32_t> Dataset::negative(std::size_t i) const { return whole_->labels[indices_[i]].negative; }

Dataset Dataset::subset(std::span<const std::size_t> places) const {
  std::vector<std::uint32_t> indices;
  indices.reserve(places.size());
  for (const std::size_t place : places) {
    if (place >= size())
      throw Error(ErrorCode::InvalidValue, "Dataset::subset", fmt::format("wanted places below {}, got {}", size(), place));
    indices.push_back(indices_[place]);
  }
  return Dataset(whole_, std::move(indices));
}

const std::vector<DatasetFault>& Dataset::faults() const { return whole_->faults; }

const std::vector<DatasetFault>& Dataset::box_faults() const { return whole_->box_faults; }

const DatasetOptions& Dataset::options() const { return whole_->options; }

Source Dataset::source() const {
  const ValueType type = has_texts() ? ValueType::of<Text>() : ValueType::of<Image>();
  return Source(type, size(), [dataset = *this, next = std::size_t{0}]() mutable -> std::optional<Arrival> {
    if (next == dataset.size()) return std::nullopt;
    const LabelledInput& input = dataset[next++];
    return Arrival{input.id, {}, [&input, whole = dataset.whole_](Column& into, std::uint32_t item) {
                     if (const Text* text = std::get_if<Text>(&input.input))
                       typed<Text>(into).push(item, *text);
                     else
                       typed<Image>(into).push(item, image_of(input));
                   }};
  });
}

Image image_of(const LabelledInput& input) {
  struct Get {
    const LabelledInput& from;
    Image operator()(const ImageFile& file) const {
      const Image whole = read_image(file.path);
      return file.part ? whole.crop(*file.part) : whole;
    }
    Image operator()(const Image& image) const { return image; }
    Image operator()(const std::function<Image()>& read) const {
      if (!read) throw Error(ErrorCode::InvalidValue, "image_of", fmt::format("{} has no picture", in_quotes(from.id)));
      return read();
    }
    Image operator()(const Text&) const {
      throw Error(ErrorCode::TypeMismatch, "image_of", fmt::format("wanted a picture, {} is a text", in_quotes(from.id)));
    }
  };
  return std::visit(Get{input}, input.input);
}

}  // namespace workflow
