#include <fmt/format.h>

#include <map>
#include <set>

#include "app/exchange.h"
#include "app/record_json.h"
#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

// A COCO annotation has one category and a box in pixels. Ours has several concepts, so it becomes as many of COCO's; what
// COCO has no words for stands in a member of our own, "workflow", of the first of them, which other programs pass over.
constexpr const char* own = "workflow";

/// A list of the document, written item by item.
class List {
 public:
  List(AtomicFile& out, std::string_view name) : out_(out) { out_.write(fmt::format("{}: [", in_quotes(name))); }
  void add(const Json& item) {
    out_.write(is_first_ ? "\n" : ",\n");
    out_.write(item.dump());
    is_first_ = false;
  }
  void end(std::string_view after) { out_.write(fmt::format("\n]{}\n", after)); }

 private:
  AtomicFile& out_;
  bool is_first_ = true;
};

// Where the picture's size is not known, boxes are written as shares of it.
double unit(int pixels) { return pixels > 0 ? pixels : 1; }

Json box_json(const Box& box, const Input& input) {
  const double width = unit(input.width);
  const double height = unit(input.height);
  const double left = static_cast<double>(box.left) * width;
  const double top = static_cast<double>(box.top) * height;
  return Json::array({left, top, static_cast<double>(box.right) * width - left, static_cast<double>(box.bottom) * height - top});
}

Box box_of(const Json& json, const Input& input) {
  if (json.items().size() != 4) throw Error(ErrorCode::Unreadable, "coco", "bbox: wanted left, top, width, height");
  const auto share = [](double pixels, int of) { return static_cast<float>(pixels / unit(of)); };
  const auto at = [&](std::size_t i) { return json.at(i).number(); };
  return {share(at(0), input.width), share(at(1), input.height), share(at(0) + at(2), input.width), share(at(1) + at(3), input.height)};
}

using Categories = std::map<std::string, std::int64_t>;

Categories categories_of(Database& db) {
  Categories categories;
  Query names = db.query("SELECT DISTINCT c.name FROM labels l JOIN concepts c ON c.id = l.concept WHERE l.of_model = 0 ORDER BY c.name");
  while (names.next()) categories.emplace(std::string(names.text(0)), static_cast<std::int64_t>(categories.size()) + 1);
  return categories;
}

Json category_json(std::int64_t id, const std::string& name) {
  return Json::object({{"id", id}, {"name", name}, {"supercategory", ""}});
}

// What stands in COCO's own words is not said twice.
Json own_json(const AnnotationRecord& record) {
  AnnotationRecord rest = record;
  rest.annotation.concepts = {};
  rest.annotation.region.reset();
  Json json = record_to_json(rest);
  json["whole"] = !record.annotation.region.has_value();
  return json;
}

void write_annotation(List& list, std::int64_t& next_id, std::int64_t image, const Input& input, const AnnotationRecord& record,
                      const Categories& categories) {
  const Box box = record.annotation.region.value_or(Box{0, 0, 1, 1});
  const auto add = [&](std::int64_t category, float score, Json of_ours) {
    const double area = static_cast<double>(box.area()) * unit(input.width) * unit(input.height);
    list.add(Json::object({{"id", next_id++},
                           {"image_id", image},
                           {"category_id", category},
                           {"bbox", box_json(box, input)},
                           {"area", area},
                           {"segmentation", Json::array()},
                           {"iscrowd", 0},
                           {"score", score},
                           {own, std::move(of_ours)}}));
  };
  Json of_ours = own_json(record);
  for (const Concept& it : record.annotation.concepts) {
    add(categories.at(it.name), it.score, std::move(of_ours));
    of_ours = Json::object({{"same_as", record.annotation.id}});
  }
  if (record.annotation.concepts.empty()) add(0, 0, std::move(of_ours));
}

/// What is gathered of a document while it is read.
struct Reading {
  std::map<std::int64_t, std::size_t> places;  // of images, by COCO's id
  std::vector<InputRecord> inputs;
  std::map<std::int64_t, std::string> categories;
  std::map<std::int64_t, std::pair<std::size_t, std::size_t>> ours;  // where our annotation of an id stands

  void image(const Json& json) {
    InputRecord record{.input = {.id = json.at("file_name").string(), .width = pixels_of(json, "width"), .height = pixels_of(json, "height")}};
    if (const Json* more = json.find(own))
      if (const Json* metadata = more->find("metadata")) record.input.metadata = *metadata;
    places[json.at("id").integer()] = inputs.size();
    inputs.push_back(std::move(record));
  }

  void annotation(const Json& json) {
    const std::int64_t image = json.at("image_id").integer();
    const auto place = places.find(image);
    if (place == places.end()) throw Error(ErrorCode::Unreadable, "coco", fmt::format("there is no image {}", image));
    InputRecord& input = inputs[place->second];
    const std::int64_t category = json.at("category_id").integer();
    std::vector<Concept> concepts;
    if (const auto name = categories.find(category); name != categories.end() && !name->second.empty()) {
      const Json* score = json.find("score");
      concepts.push_back({name->second, score ? static_cast<float>(score->number()) : 1.0f});
    } else if (category != 0) {
      throw Error(ErrorCode::Unreadable, "coco", fmt::format("there is no category {}", category));
    }

    const Json* more = json.find(own);
    if (const Json* same = more ? more->find("same_as") : nullptr) {
      const auto found = ours.find(same->integer());
      if (found == ours.end()) throw Error(ErrorCode::Unreadable, "coco", fmt::format("same_as: there is no annotation {}", same->integer()));
      Concepts& before = inputs[found->second.first].annotations[found->second.second].annotation.concepts;
      concepts.insert(concepts.end(), before.begin(), before.end());
      before = Concepts(std::move(concepts));
      return;
    }
    AnnotationRecord record = record_from_json(more ? *more : Json::object(), input.input.id);
    record.annotation.concepts = Concepts(std::move(concepts));
    const Json* whole = more ? more->find("whole") : nullptr;
    const Json* box = json.find("bbox");
    if (box && !(whole && whole->boolean())) {
      if (!more && (input.input.width == 0 || input.input.height == 0))
        throw Error(ErrorCode::Unreadable, "coco", fmt::format("image {}: wanted width and height, as it has boxes in pixels", image));
      record.annotation.region = box_of(*box, input.input);
    }
    if (record.annotation.id > 0) ours[record.annotation.id] = {place->second, input.annotations.size()};
    input.annotations.push_back(std::move(record));
  }
};

}  // namespace

void write_coco(Database& db, AtomicFile& out) {
  const Categories categories = categories_of(db);
  out.write("{\n");
  List images(out, "images");
  std::int64_t image = 0;
  each_input(db, [&](const InputRecord& record) {
    Json json = Json::object(
        {{"id", ++image}, {"file_name", record.input.id}, {"width", record.input.width}, {"height", record.input.height}});
    if (!record.input.metadata.is_null()) json[own] = Json::object({{"metadata", record.input.metadata}});
    images.add(json);
  });
  images.end(",");
  List list(out, "categories");
  list.add(category_json(0, ""));  // of annotations without a concept
  for (const auto& [name, id] : categories) list.add(category_json(id, name));
  list.end(",");
  List annotations(out, "annotations");
  std::int64_t next_id = 1;
  image = 0;
  each_input(db, [&](const InputRecord& record) {
    ++image;
    for (const AnnotationRecord& it : record.annotations) write_annotation(annotations, next_id, image, record.input, it, categories);
  });
  annotations.end("");
  out.write("}\n");
}

void read_coco(std::string_view text, Restoring& into) {
  const Json json = Json::parse(text);
  Reading reading;
  const auto each = [&](const char* list, auto&& read) {
    std::size_t at = 0;
    for (const Json& item : json.at(list).items()) {
      try {
        read(item);
      } catch (const Error& error) {
        throw Error(error.code(), "coco", fmt::format("{}[{}]: {}", list, at, error.text()));
      }
      ++at;
    }
  };
  each("images", [&](const Json& item) { reading.image(item); });
  each("categories", [&](const Json& item) { reading.categories[item.at("id").integer()] = item.at("name").string(); });
  each("annotations", [&](const Json& item) { reading.annotation(item); });
  for (const InputRecord& record : reading.inputs) into.add(record);
}

}  // namespace workflow
