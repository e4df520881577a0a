#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "workflow/base/error.h"
#include "workflow/base/json.h"
#include "workflow/train/dataset.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view place = "Dataset::coco";

struct Picture {
  LabelledInput input;
  double width = 0;
  double height = 0;
  std::set<std::string> shown;
  std::string fault;
};

// Lists of the file's own order, so that equal files give equal data sets.
struct Pictures {
  std::vector<Picture> list;
  std::map<std::int64_t, std::size_t> by_id;
};

Pictures pictures_of(const Json& json, const fs::path& folder) {
  Pictures all;
  for (const Json& each : json.at("images").items()) {
    const std::string& name = each.at("file_name").string();
    Picture picture;
    picture.input.id = name;
    picture.input.input = ImageFile{(folder / name).string(), {}};
    const Json *width = each.find("width"), *height = each.find("height");
    if (width && height && width->is_number() && height->is_number())
      picture.width = width->number(), picture.height = height->number();
    if (!(picture.width >= 1 && picture.height >= 1)) picture.fault = "wanted its width and height in pixels";
    if (!fs::is_regular_file(folder / name)) picture.fault = "there is no such file";
    all.by_id.emplace(each.at("id").integer(), all.list.size());
    all.list.push_back(std::move(picture));
  }
  return all;
}

void annotate(Picture& picture, const Json& annotation, const std::string& name, std::vector<DatasetFault>& faults) {
  picture.shown.insert(name);
  const Json* frame = annotation.find("bbox");
  if (!frame || frame->size() == 0) return;
  if (frame->size() != 4) throw Error(ErrorCode::Unreadable, place, "\"bbox\": wanted left, top, width and height");
  const auto share = [&](std::size_t i, std::size_t plus, double of) {
    return static_cast<float>((frame->at(i).number() + (plus ? frame->at(plus).number() : 0.0)) / of);
  };
  const Box drawn = {share(0, 0, picture.width), share(1, 0, picture.height), share(0, 2, picture.width),
                     share(1, 3, picture.height)};
  const Box box = drawn.clipped();
  const Json* crowd = annotation.find("iscrowd");
  const bool is_crowd = crowd && crowd->is_integer() && crowd->integer() == 1;
  const bool has_area = box.width() > 0 && box.height() > 0;
  if (has_area) picture.input.boxes.push_back({box, name, is_crowd});
  // The sum of an edge and a length is rounded: what lies beyond by that is not worth a word.
  constexpr float rounding = 1e-5f;
  if (!has_area)
    faults.push_back(
        {picture.input.id, fmt::format("a box of {} has no area on the picture and was left out", in_quotes(name))});
  else if (std::min(drawn.left, drawn.top) < -rounding || std::max(drawn.right, drawn.bottom) > 1 + rounding)
    faults.push_back(
        {picture.input.id, fmt::format("a box of {} reaches beyond the picture and was clipped", in_quotes(name))});
}

}  // namespace

Dataset Dataset::coco(const std::string& json_file, const std::string& images, const DatasetOptions& options) {
  const MappedFile mapped(json_file, place);
  try {
    const Json json = Json::parse(mapped.text());
    fs::path folder = images.empty() ? fs::path(json_file).parent_path() : fs::path(images);
    if (images.empty() && fs::is_directory(folder / "images")) folder /= "images";
    std::map<std::int64_t, std::string> names;
    for (const Json& category : json.at("categories").items())
      names[category.at("id").integer()] = category.at("name").string();
    Pictures pictures = pictures_of(json, folder);
    std::vector<DatasetFault> box_faults;
    for (const Json& annotation : json.at("annotations").items()) {
      const auto picture = pictures.by_id.find(annotation.at("image_id").integer());
      const auto name = names.find(annotation.at("category_id").integer());
      if (picture == pictures.by_id.end() || name == names.end())
        throw Error(ErrorCode::Unreadable, place, "an annotation of a picture or a category that the file does not list");
      Picture& of = pictures.list[picture->second];
      if (of.fault.empty()) annotate(of, annotation, name->second, box_faults);
    }
    std::vector<LabelledInput> inputs;
    std::vector<DatasetFault> faults;
    for (Picture& picture : pictures.list) {
      if (!picture.fault.empty()) {
        faults.push_back({picture.input.id, picture.fault});
        continue;
      }
      picture.input.positive.assign(picture.shown.begin(), picture.shown.end());
      inputs.push_back(std::move(picture.input));
    }
    if (inputs.empty() && faults.empty()) throw Error(ErrorCode::NotFound, place, "it lists no pictures");
    return made(std::move(inputs), std::move(faults), options, std::string(place), std::move(box_faults));
  } catch (const Error& error) {
    if (error.code() == ErrorCode::InvalidValue) throw;
    throw Error(ErrorCode::Unreadable, place, fmt::format("{}: {}", in_quotes(json_file), error.text()));
  }
}

}  // namespace workflow
