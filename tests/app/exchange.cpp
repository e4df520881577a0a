#include <fstream>
#include <sstream>

#include "app/annotation_rows.h"
#include "app/made_annotations.h"
#include "app/store.h"
#include "app/time_text.h"
#include "catch.h"
#include "run_once.h"
#include "temporary_folder.h"
#include "workflow/app/app.h"

using namespace workflow;
using made::message_of;

namespace {

constexpr std::pair<Format, const char*> formats[] = {{Format::Coco, "coco.json"}, {Format::JsonLines, "lines.jsonl"}, {Format::Csv, "table.csv"}};

App fresh(const std::string& folder) { return App::open(folder, {.synchronous = AppOptions::Synchronous::Normal}); }

std::string text_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

void put(const std::string& file, std::string_view text) { std::ofstream(file, std::ios::binary) << text; }

// An app with one of everything: regions, frames, corrections, odd characters, reasons, a gap among the ids.
void fill(const App& app) {
  app.put({.id = "photos/a \"1\", 2.jpg", .width = 640, .height = 427, .metadata = Json::object({{"city", "R\u012bga"}})});
  app.put({.id = "nothing.jpg", .width = 10, .height = 10});
  Annotation face = made::annotation("photos/a \"1\", 2.jpg", {{"face", 0.91f}, {"smile, wide", 0.3f}, {"\"odd\"\nname", 0.123456789f}});
  face.region = Box{0.1f, 0.2f, 0.777777f, 0.9f};
  face.path = {3, 1};
  face.info = Json::object({{"list", Json::array({1, 2.5, nullptr})}});
  face.task = "faces";
  app.submit(face);
  app.submit(made::annotation("line 7", {}, Status::AwaitingReview));
  app.submit(made::annotation("gone", {{"x", 0.5f}}));
  Annotation frame = made::annotation("clip.mp4#12", {{"car", 1.0f}});
  frame.moment = Moment{12, 0.4800000000000001};
  frame.region = Box{0.25f, 0, 1, 0.3333333f};
  app.submit(frame);
  app.store().write([&](Writing& to) {
    to.db.change("DELETE FROM annotations WHERE id = 3");
    AnnotationRecord record{.annotation = made::annotation("photos/a \"1\", 2.jpg", {{"cat", 0.71f}}, Status::PendingReview)};
    record.annotation.graph = "label";
    record.annotation.graph_version = "5f";
    record.annotation.step = "doubtful";
    record.annotation.model = "image-classifier@1";
    record.annotation.run = "run-1";
    record.bands = Json::object({{"accept", 0.8}, {"review", 0.3}});
    record.why = {{.concept_name = "cat", .text = "cat 0.71 < accept 0.80 -> review", .step = "band", .path = {2}}};
    record.submitted = Status::PendingReview;
    submit_annotation(to, record, {});
  });
  app.review().correct(app.annotation(1), {{"face", 1.0f}}, {.by = "ada", .note = "no \"smile\",\nreally"});
  app.review().reject(app.annotation(4), {.by = "ben"});
}

}  // namespace

TEST_CASE("What an app exports, a new one imports: every annotation, its moves and reasons are the same, in each format") {
  const TemporaryFolder folder;
  const App app = fresh(folder / "app");
  fill(app);
  for (const auto& [format, name] : formats) {
    INFO(name);
    app.export_to(folder / name, format);
    const App other = fresh(folder / (std::string(name) + "-app"));
    CHECK(other.import_from(folder / name, format) == 4);
    const auto wanted = app.annotations();
    CHECK(other.annotations() == wanted);
    for (const Annotation& it : wanted) {
      CHECK(other.moves(it.id) == app.moves(it.id));
      CHECK(other.why(it.id) == app.why(it.id));
    }
    for (const char* input : {"photos/a \"1\", 2.jpg", "nothing.jpg", "line 7", "gone"}) CHECK(other.input(input) == app.input(input));
    other.export_to(folder / "again", format);
    CHECK(text_of(folder / "again") == text_of(folder / name));

    CHECK(other.import_from(folder / name, format) == 0);  // it is all there
    CHECK(other.annotations() == wanted);
    CHECK(other.review().next(9).size() == app.review().next(9).size());
    for (const Annotation& it : app.annotations()) app.review().release(it);
  }
}

TEST_CASE("An empty app travels, too") {
  const TemporaryFolder folder;
  const App app = fresh(folder / "app");
  for (const auto& [format, name] : formats) {
    app.export_to(folder / name, format);
    CHECK(fresh(folder / (std::string(name) + "-app")).import_from(folder / name, format) == 0);
  }
}

TEST_CASE("Two apps come together: an id that is taken gives way to a new one") {
  const TemporaryFolder folder;
  const App first = fresh(folder / "first");
  const App second = fresh(folder / "second");
  first.submit(made::annotation("a", {{"cat", 0.5f}}));
  second.submit(made::annotation("b", {{"dog", 0.5f}}));
  second.export_to(folder / "second.jsonl", Format::JsonLines);
  CHECK(first.import_from(folder / "second.jsonl", Format::JsonLines) == 1);
  CHECK(made::inputs_of(first.annotations()) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("Another program's COCO file is read: boxes in pixels, categories, scores where there are some") {
  const TemporaryFolder folder;
  put(folder / "coco.json", R"({
    "images": [{"id": 139, "file_name": "000139.jpg", "width": 640, "height": 400, "coco_url": "x"}],
    "annotations": [{"id": 1, "image_id": 139, "category_id": 17, "bbox": [64, 100, 320, 200], "area": 64000, "iscrowd": 0},
                    {"id": 2, "image_id": 139, "category_id": 18, "bbox": [0, 0, 64, 40], "score": 0.25}],
    "categories": [{"id": 17, "name": "cat", "supercategory": "animal"}, {"id": 18, "name": "dog"}]})");
  const App app = fresh(folder / "app");
  CHECK(app.import_from(folder / "coco.json", Format::Coco) == 2);
  const auto all = app.annotations();
  CHECK(all[0].region == Box{0.1f, 0.25f, 0.6f, 0.75f});
  CHECK(all[0].concepts == Concepts{{"cat", 1.0f}});
  CHECK(all[0].status == Status::Success);
  CHECK(all[0].by == "import");
  CHECK(all[1].concepts == Concepts{{"dog", 0.25f}});
  CHECK(app.input("000139.jpg").width == 640);
}

TEST_CASE("A COCO file of ours is one that others read: pixels, areas, one category an annotation") {
  const TemporaryFolder folder;
  const App app = fresh(folder / "app");
  app.put({.id = "a.jpg", .width = 100, .height = 50});
  Annotation it = made::annotation("a.jpg", {{"cat", 0.75f}, {"animal", 0.5f}});
  it.region = Box{0.25f, 0.5f, 0.75f, 1};
  app.submit(it);
  app.export_to(folder / "coco.json", Format::Coco);
  const Json coco = Json::parse(text_of(folder / "coco.json"));
  CHECK(coco.at("images").at(std::size_t{0}).at("file_name").string() == "a.jpg");
  const auto& annotations = coco.at("annotations").items();
  REQUIRE(annotations.size() == 2);
  CHECK(annotations[0].at("bbox").dump() == "[25.0,25.0,50.0,25.0]");
  CHECK(annotations[0].at("area").number() == 1250);
  CHECK(annotations[0].at("score").number() == 0.75);
  CHECK(coco.at("categories").at(annotations[0].at("category_id").integer() == 2 ? 2U : 99U).at("name").string() == "cat");
}

TEST_CASE("A table with inputs and concepts alone is enough") {
  const TemporaryFolder folder;
  put(folder / "table.csv", "input_id,concept\na.jpg,cat\na.jpg,dog\nb.jpg,\n");
  const App app = fresh(folder / "app");
  CHECK(app.import_from(folder / "table.csv", Format::Csv) == 2);
  CHECK(app.annotations()[1].concepts == Concepts{{"dog", 1.0f}});
  CHECK(app.input("b.jpg").id == "b.jpg");
}

TEST_CASE("A file with a fault is refused whole, with the place") {
  const TemporaryFolder folder;
  const App app = fresh(folder / "app");
  const auto message = [&](Format format, std::string_view text) {
    put(folder / "broken", text);
    const std::string told = message_of([&] { app.import_from(folder / "broken", format); });
    CHECK(told.substr(0, told.find('\n')).size() <= 200);
    return told;
  };
  const std::string good = R"({"id": "a", "annotations": [{"concepts": [{"name": "cat", "score": 0.5}]}]})";
  CHECK_THAT(message(Format::JsonLines, good + "\n{\"id\""), Catch::Contains("broken\": line 2: "));
  CHECK_THAT(message(Format::JsonLines, good + "\n\n{}"), Catch::Contains("line 3: "));
  CHECK_THAT(message(Format::JsonLines, R"({"id": "a", "annotations": [{"concepts": [{"name": "cat", "score": 7}]}]})"),
             Catch::Contains("wanted a score in 0..1, got 7 for \"cat\""));
  CHECK_THAT(message(Format::JsonLines, R"({"id": "a", "annotations": [{"status": "done"}]})"), Catch::Contains("wanted one of success, "));
  CHECK_THAT(message(Format::JsonLines, R"({"id": "a", "width": -3})"), Catch::Contains("width: wanted pixels, got -3"));
  CHECK_THAT(message(Format::JsonLines, R"({"id": "a", "annotations": [{"created": "yesterday"}]})"), Catch::Contains("wanted a time as"));
  CHECK_THAT(message(Format::Coco, "[]"), Catch::Contains("broken\": "));
  CHECK_THAT(message(Format::Coco, R"({"images": [], "categories": [], "annotations": [{"id": 1, "image_id": 9, "category_id": 1}]})"),
             Catch::Contains("annotations[0]: there is no image 9"));
  CHECK_THAT(message(Format::Coco, R"({"images": [{"id": 1, "file_name": "a"}], "categories": [{"id": 1, "name": "c"}],
                                       "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]}]})"),
             Catch::Contains("image 1: wanted width and height"));
  CHECK_THAT(message(Format::Csv, "name\nx\n"), Catch::Contains("wanted a first line with the columns input_id,"));
  CHECK_THAT(message(Format::Csv, "input_id,concept,score\na,cat,0.5\na,cat,much\n"), Catch::Contains("line 3: score: wanted a number, got \"much\""));
  CHECK_THAT(message(Format::Csv, "input_id,left\na\n"), Catch::Contains("line 2: wanted 2 fields, got 1"));
  CHECK_THAT(message(Format::Csv, "input_id,concept,left\na,cat,0.5\n"), Catch::Contains("top: wanted a number"));
  CHECK_THAT(message(Format::Csv, ""), Catch::Contains("wanted a first line"));
  CHECK_THAT(message_of([&] { app.import_from(folder / "none", Format::Csv); }), Catch::Contains("no file"));
  CHECK(app.annotations().empty());
}

TEST_CASE("An export that cannot be written says so") {
  const TemporaryFolder folder;
  const App app = fresh(folder / "app");
  CHECK_THAT(message_of([&] { app.export_to(folder / "none/file.csv", Format::Csv); }), Catch::Contains("cannot create a file beside it"));
  CHECK_THAT(message_of([&] { app.export_to(folder / "x", static_cast<Format>(9)); }), Catch::Contains("wanted a format"));
}

TEST_CASE("Times are written as ISO 8601 and come back to the microsecond") {
  const Time time = std::chrono::sys_days(std::chrono::year(2024) / 2 / 29) + std::chrono::hours(23) + std::chrono::microseconds(7);
  CHECK(time_text(time) == "2024-02-29T23:00:00.000007Z");
  CHECK(time_of_text(time_text(time)) == time);
  CHECK(time_of_text("1969-12-31T23:59:59Z") == Time(std::chrono::seconds(-1)));
  CHECK(time_text(Time(std::chrono::microseconds(-1))) == "1969-12-31T23:59:59.999999Z");
  for (const char* odd : {"", "2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01", "2024-01-01T00:00:00.12Z", "x024-01-01T00:00:00Z"})
    CHECK_THROWS_AS(time_of_text(odd), Error);
}
