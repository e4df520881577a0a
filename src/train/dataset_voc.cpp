#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "run/file_list.h"
#include "train/xml.h"
#include "workflow/base/error.h"
#include "workflow/train/dataset.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view place = "Dataset::voc";

double number(const XmlElement& element, std::string_view name) {
  const std::string_view text = element.text_of(name);
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size())
    throw Error(ErrorCode::Unreadable, place, fmt::format("<{}>: wanted a number, got {}", name, in_quotes(text)));
  return value;
}

// Boxes of all inputs that were put right or left out.
using BoxFaultList = std::vector<DatasetFault>;

std::optional<LabelledBox> box_of(const XmlElement& object, double width, double height, const std::string& id,
                                  BoxFaultList& faults) {
  const XmlElement* frame = object.find("bndbox");
  const std::string name(object.text_of("name"));
  if (!frame || name.empty()) throw Error(ErrorCode::Unreadable, place, "an <object> without <name> or <bndbox>");
  // VOC counts pixels from 1 and takes the last one in; annotation programs of today count from 0. The half pixel between
  // the two is below what people draw, so the edges are taken as they stand.
  const auto share = [](double value, double of) { return static_cast<float>(value / of); };
  const Box drawn = {share(number(*frame, "xmin"), width), share(number(*frame, "ymin"), height),
                     share(number(*frame, "xmax"), width), share(number(*frame, "ymax"), height)};
  const Box box = drawn.clipped();
  if (box.width() <= 0 || box.height() <= 0) {  // a slip of the mouse
    faults.push_back({id, fmt::format("a box of {} has no area on the picture and was left out", in_quotes(name))});
    return std::nullopt;
  }
  if (box != drawn)
    faults.push_back({id, fmt::format("a box of {} reaches beyond the picture and was clipped", in_quotes(name))});
  return LabelledBox{box, name, object.text_of("difficult") == "1"};
}

LabelledInput read_annotation(const fs::path& file, const fs::path& pictures, BoxFaultList& faults) {
  const MappedFile mapped(file.string(), place);
  const XmlElement root = parse_xml(mapped.text(), place);
  const XmlElement* size = root.find("size");
  std::string picture(root.text_of("filename"));
  if (picture.empty() || picture.find('/') != std::string::npos) picture = file.stem().string() + ".jpg";
  if (!fs::exists(pictures / picture))
    throw Error(ErrorCode::NotFound, place, fmt::format("there is no picture {}", in_quotes(picture)));
  double width = size ? number(*size, "width") : 0, height = size ? number(*size, "height") : 0;
  if (!(width >= 1 && height >= 1)) {  // some programs leave the size out, or write 0
    const Image image = read_image((pictures / picture).string());
    width = image.width(), height = image.height();
  }
  LabelledInput input{.id = file.stem().string(), .input = ImageFile{(pictures / picture).string(), {}}};
  std::set<std::string> shown;
  for (const XmlElement& object : root.children) {
    if (object.name != "object") continue;
    if (auto box = box_of(object, width, height, input.id, faults)) {
      shown.insert(box->concept_name);
      input.boxes.push_back(std::move(*box));
    }
  }
  input.positive.assign(shown.begin(), shown.end());
  return input;
}

std::vector<std::string> names_in(const fs::path& folder, const std::string& list) {
  for (const fs::path& file : {folder / list, folder / "ImageSets" / "Main" / list}) {
    std::ifstream lines(file);
    if (!lines) continue;
    std::vector<std::string> names;
    for (std::string line; std::getline(lines, line);) {
      // A line may go on with columns of its own: the name, or the picture's path, stands first.
      const fs::path path(line.substr(0, line.find_first_of(" \t\r")));
      if (!path.empty())
        names.push_back(path.extension() == ".jpg" || path.extension() == ".xml" ? path.stem().string()
                                                                                 : path.filename().string());
    }
    return names;
  }
  throw Error(ErrorCode::NotFound, place,
              fmt::format("there is no list {} in {}", in_quotes(list), in_quotes(folder.string())));
}

}  // namespace

Dataset Dataset::voc(const std::string& folder, const std::string& list, const DatasetOptions& options) {
  const fs::path annotations = fs::path(folder) / "Annotations";
  std::vector<std::string> names;
  if (list.empty())
    for (const ListedFile& file : list_files(annotations.string(), {".xml"}))
      names.push_back(fs::path(file.id).stem().string());
  else
    names = names_in(folder, list);
  std::vector<LabelledInput> inputs;
  std::vector<DatasetFault> faults;
  BoxFaultList box_faults;
  for (const std::string& name : names) {
    try {
      inputs.push_back(read_annotation(annotations / (name + ".xml"), fs::path(folder) / "JPEGImages", box_faults));
    } catch (const Error& error) {
      faults.push_back({name, error.text()});
    }
  }
  return made(std::move(inputs), std::move(faults), options, std::string(place), std::move(box_faults));
}

}  // namespace workflow
