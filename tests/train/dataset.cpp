#include "workflow/train/dataset.h"

#include <cmath>
#include <fstream>
#include <set>
#include <thread>

#include "catch.h"
#include "made.h"
#include "run_once.h"
#include "temporary_folder.h"
#include "workflow/base/error.h"

using namespace workflow;
using Catch::Contains;

namespace {

void write(const std::string& file, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(file).parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

// Texts whose concept is their letter.
Dataset lettered(const std::string& letters) {
  std::vector<LabelledInput> inputs;
  for (std::size_t i = 0; i < letters.size(); ++i)
    inputs.push_back({.id = std::to_string(i), .input = Text{std::to_string(i)}, .positive = {std::string(1, letters[i])}});
  return Dataset::of(std::move(inputs));
}

std::multiset<std::string> ids_of(const Dataset& dataset) {
  std::multiset<std::string> ids;
  for (std::size_t i = 0; i < dataset.size(); ++i) ids.insert(dataset[i].id);
  return ids;
}

std::size_t count_of(const Dataset& dataset, const std::string& name) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < dataset.size(); ++i) count += dataset[i].positive == std::vector{name} ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("A folder of folders gives a concept a folder, names as odd as file systems allow among them") {
  const TemporaryFolder folder;
  save(made::image(8, 8), folder / "cat/1.png");
  save(made::image(8, 8), folder / "cat/10.png");
  save(made::image(8, 8), folder / "cat/2.png");
  save(made::image(8, 8), folder / "a dog, \"Rex\" & <b>ü/x.png");
  save(made::image(8, 8), folder / ".hidden/x.png");
  write(folder / "cat/notes.txt", "no picture");
  std::filesystem::create_directories(folder / "empty");
  const auto dataset = Dataset::folders(folder.path().string());
  CHECK(dataset.concepts() == std::vector<std::string>{"a dog, \"Rex\" & <b>ü", "cat"});
  REQUIRE(dataset.size() == 4);
  CHECK(dataset[1].id == "cat/1.png");
  CHECK(dataset[3].id == "cat/10.png");
  CHECK(dataset.said(1, 1) == Said::Positive);
  CHECK(dataset.said(1, 0) == Said::Unknown);
  CHECK(image_of(dataset[0]).width() == 8);
  CHECK_FALSE(dataset.has_texts());
}

TEST_CASE("A folder with nothing in it, or none at all, is an error that says what was wanted") {
  const TemporaryFolder folder;
  CHECK_THAT(made::message_of([&] { Dataset::folders(folder.path().string()); }), Contains("a folder for each concept"));
  CHECK_THAT(made::message_of([&] { Dataset::folders(folder / "nowhere"); }), Contains("No such file"));
  CHECK_THAT(made::message_of([&] { Dataset::open(folder / "nowhere"); }), Contains("there is no file or folder"));
  write(folder / "x.txt", "x");
  CHECK_THAT(made::message_of([&] { Dataset::open(folder / "x.txt"); }), Contains(".tsv or .csv"));
}

TEST_CASE("A split divides every concept in the same shares, the same way for the same seed") {
  const auto dataset = lettered(std::string(100, 'a') + std::string(50, 'b') + std::string(10, 'c'));
  const auto [train, held_out] = dataset.split({.held_out = 0.2, .seed = 7});
  CHECK(held_out.size() == 32);
  CHECK(train.size() == 128);
  CHECK(count_of(held_out, "a") == 20);
  CHECK(count_of(held_out, "b") == 10);
  CHECK(count_of(held_out, "c") == 2);
  auto all = ids_of(train);
  all.merge(ids_of(held_out));
  CHECK(all == ids_of(dataset));
  CHECK(ids_of(dataset.split({.held_out = 0.2, .seed = 7}).held_out) == ids_of(held_out));
  CHECK(ids_of(dataset.split({.held_out = 0.2, .seed = 8}).held_out) != ids_of(held_out));
  for (const double share : {0.0, 1.0, -1.0, std::nan("")}) CHECK_THROWS_AS(dataset.split({.held_out = share}), Error);
}

TEST_CASE("A concept with a single input is trained on, however the split falls") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto parts = lettered("aaaaaaaab").split({.held_out = 0.5, .seed = seed});
    CHECK(count_of(parts.train, "b") == 1);
    CHECK(parts.train.concepts() == parts.held_out.concepts());
  }
  CHECK(lettered("").split().train.empty());
}

TEST_CASE("Folds cover the data set once, stratified") {
  const auto dataset = lettered(std::string(20, 'a') + std::string(10, 'b'));
  std::multiset<std::string> covered;
  for (const Split& fold : dataset.k_folds(5, 3)) {
    CHECK(count_of(fold.held_out, "a") == 4);
    CHECK(count_of(fold.held_out, "b") == 2);
    CHECK(fold.train.size() == 24);
    covered.merge(ids_of(fold.held_out));
  }
  CHECK(covered == ids_of(dataset));
  CHECK_THROWS_AS(dataset.k_folds(1), Error);
  CHECK_THROWS_AS(dataset.k_folds(101), Error);
}

TEST_CASE("Inputs of one group stay together") {
  std::vector<LabelledInput> inputs;
  for (int i = 0; i < 60; ++i)
    inputs.push_back(
        {.id = std::to_string(i), .input = Text{"x"}, .positive = {i < 30 ? "a" : "b"}, .group = std::to_string(i / 3)});
  for (const Split& fold : Dataset::of(inputs).k_folds(4)) {
    std::set<std::string> trained;
    for (std::size_t i = 0; i < fold.train.size(); ++i) trained.insert(fold.train[i].group);
    for (std::size_t i = 0; i < fold.held_out.size(); ++i) CHECK_FALSE(trained.contains(fold.held_out[i].group));
  }
}

TEST_CASE("What is said of a concept is positive, negative or nothing; both at once is an error") {
  const auto dataset = Dataset::of({{.id = "1", .input = Text{"x"}, .positive = {"a"}, .negative = {"b"}},
                                    {.id = "2", .input = Text{"y"}, .negative = {"a", "a"}},
                                    {.id = "3", .input = Text{"z"}}});
  CHECK(dataset.said(0, 0) == Said::Positive);
  CHECK(dataset.said(0, 1) == Said::Negative);
  CHECK(dataset.said(1, 0) == Said::Negative);
  CHECK(dataset.said(2, 1) == Said::Unknown);
  CHECK(dataset.negative(1).size() == 1);
  CHECK_THAT(made::message_of([] { Dataset::of({{.id = "1", .input = Text{"x"}, .positive = {"a"}, .negative = {"a"}}}); }),
             Contains("is said to show \"a\" and not to show it"));
  CHECK_THAT(made::message_of([] { Dataset::of({{.id = "1", .input = Text{"x"}, .positive = {"a\nb"}}}); }),
             Contains("on one line"));
  CHECK_THAT(made::message_of([] {
               Dataset::of({{.id = "1", .input = Text{"x"}}, {.id = "2", .input = made::image(2, 2)}});
             }),
             Contains("got both"));
}

TEST_CASE("A table has a label and a text a line; lines that make no sense are counted and named") {
  const TemporaryFolder folder;
  write(folder / "t.tsv", "\xef\xbb\xbfham\thello\tthere\r\n\nspam\twin\nbroken line\nham\tx");
  CHECK_THAT(made::message_of([&] { Dataset::table(folder / "t.tsv"); }),
             Contains("1 of 4 inputs are broken") && Contains("\"4\""));
  const auto dataset = Dataset::open(folder / "t.tsv", {.tolerance = 0.5});
  REQUIRE(dataset.size() == 3);
  CHECK(std::get<Text>(dataset[0].input).text == "hello\tthere");
  CHECK(dataset[1].id == "3");
  CHECK(dataset.concepts() == std::vector<std::string>{"ham", "spam"});
  CHECK(dataset.faults() == std::vector<DatasetFault>{{"4", "wanted a label and a text, got 1 fields"}});
  CHECK_THROWS_AS(Dataset::table(folder / "t.tsv", {.tolerance = 2}), Error);
  write(folder / "empty.tsv", "");
  CHECK_THROWS_AS(Dataset::table(folder / "empty.tsv"), Error);
}

TEST_CASE("A CSV table keeps commas, quotes and line ends inside quotes") {
  const TemporaryFolder folder;
  write(folder / "t.csv", "pos,\"good, \"\"very\"\"\ngood\"\r\nneg,bad\n");
  const auto dataset = Dataset::open(folder / "t.csv");
  REQUIRE(dataset.size() == 2);
  CHECK(std::get<Text>(dataset[0].input).text == "good, \"very\"\ngood");
  CHECK(std::get<Text>(dataset[1].input).text == "bad");
  CHECK(dataset[1].id == "3");
}

TEST_CASE("VOC annotations give boxes and concepts; a broken one is counted") {
  const TemporaryFolder folder;
  for (int i = 0; i < 30; ++i) {
    const std::string name = "p" + std::to_string(i);
    save(made::image(200, 100), folder / ("JPEGImages/" + name + ".jpg"));
    write(folder / ("Annotations/" + name + ".xml"),
          "<?xml version=\"1.0\"?><annotation><!-- x --><filename>" + name +
              ".jpg</filename><size><width>200</width><height>100</height>"
              "</size><object><name>a &amp; "
              "b</name><difficult>1</difficult><bndbox><xmin>20</xmin><ymin>10</ymin><xmax>120</xmax>"
              "<ymax>60</ymax></bndbox></object><object><name>c</name><bndbox><xmin>5</xmin><ymin>5</ymin><xmax>5</"
              "xmax><ymax>9</ymax>"
              "</bndbox></object></annotation>");
  }
  write(folder / "Annotations/p3.xml", "<annotation><object>");
  write(folder / "train.txt", "p1\nJPEGImages/p2.jpg 1\n");
  const auto dataset = Dataset::open(folder.path().string());
  REQUIRE(dataset.size() == 29);
  CHECK(dataset.faults().size() == 1);
  CHECK(dataset[0].id == "p0");
  CHECK(dataset.concepts() == std::vector<std::string>{"a & b"});
  REQUIRE(dataset[0].boxes.size() == 1);
  CHECK(dataset[0].boxes[0].box == Box{0.1f, 0.1f, 0.6f, 0.6f});
  CHECK(dataset[0].boxes[0].is_difficult);
  REQUIRE(dataset.box_faults().size() == 29);
  CHECK(dataset.box_faults()[0] == DatasetFault{"p0", "a box of \"c\" has no area on the picture and was left out"});
  CHECK(Dataset::voc(folder.path().string(), "train.txt").size() == 2);
  CHECK_THROWS_AS(Dataset::voc(folder.path().string(), "val.txt"), Error);
}

TEST_CASE("COCO JSON gives boxes and concepts, its faults by name") {
  const TemporaryFolder folder;
  save(made::image(200, 100), folder / "images/a.png");
  save(made::image(200, 100), folder / "images/b.png");
  const std::string head =
      R"({"images": [{"id": 7, "file_name": "a.png", "width": 200, "height": 100}, {"id": 8, "file_name": "b.png",
    "width": 200, "height": 100}, {"id": 9, "file_name": "gone.png", "width": 2, "height": 2}],
    "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}], "annotations": [)";
  write(folder / "x.json", head + R"({"image_id": 7, "category_id": 2, "bbox": [20, 10, 100, 50], "iscrowd": 1},
    {"image_id": 7, "category_id": 1, "bbox": []}, {"image_id": 7, "category_id": 2, "bbox": [150, 10, 80, 50]},
    {"image_id": 7, "category_id": 2, "bbox": [250, 10, 80, 50]}]})");
  const auto dataset = Dataset::open(folder / "x.json", {.tolerance = 0.5});
  REQUIRE(dataset.size() == 2);
  CHECK(dataset[0].positive == std::vector<std::string>{"cat", "dog"});
  CHECK(dataset[0].boxes.at(0).box == Box{0.1f, 0.1f, 0.6f, 0.6f});
  CHECK(dataset[1].positive.empty());
  REQUIRE(dataset[0].boxes.size() == 2);
  CHECK(dataset[0].boxes[1].box.right == 1);
  CHECK(dataset.box_faults() ==
        std::vector<DatasetFault>{{"a.png", "a box of \"dog\" reaches beyond the picture and was clipped"},
                                  {"a.png", "a box of \"dog\" has no area on the picture and was left out"}});
  CHECK(dataset.faults() == std::vector<DatasetFault>{{"gone.png", "there is no such file"}});
  write(folder / "y.json", head + R"({"image_id": 1, "category_id": 2}]})");
  CHECK_THAT(made::message_of([&] { Dataset::coco(folder / "y.json"); }), Contains("does not list"));
  write(folder / "z.json", "{}");
  CHECK_THROWS_AS(Dataset::coco(folder / "z.json"), Error);
}

TEST_CASE("Idx files give their pictures when they are asked for, and are refused where they are cut short") {
  const TemporaryFolder folder;
  const std::string images = std::string("\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x03", 16) + "abcdefghijkl";
  write(folder / "train-images-idx3-ubyte", images);
  write(folder / "train-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x02\x01\x00", 10));
  const auto digits = Dataset::open(folder.path().string());
  REQUIRE(digits.size() == 2);
  CHECK(digits.concepts() == std::vector<std::string>{"0", "1"});
  const Image second = image_of(digits[1]);
  CHECK(second.width() == 3);
  CHECK(second.height() == 2);
  CHECK(second.row(0)[0] == 'g');
  CHECK(second.row(1)[8] == 'l');
  write(folder / "labels.txt", "shirt\nshoe\n");
  CHECK(Dataset::idx(folder.path().string()).concepts() == std::vector<std::string>{"shirt", "shoe"});
  write(folder / "train-images-idx3-ubyte", images.substr(0, images.size() - 1));
  CHECK_THAT(made::message_of([&] { Dataset::idx(folder.path().string()); }), Contains("wanted 12 bytes of data, got 11"));
  write(folder / "train-images-idx3-ubyte", std::string("\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 16));
  CHECK_THROWS_AS(Dataset::idx(folder.path().string()), Error);
}

TEST_CASE("A data set is a source for an executor, read by two runs at once") {
  std::vector<LabelledInput> inputs;
  for (int i = 0; i < 40; ++i)
    inputs.push_back({.id = "i" + std::to_string(i), .input = std::function<Image()>([i] {
                                                       if (i == 5) throw Error(ErrorCode::Unreadable, "made", "torn");
                                                       return made::image(4 + i, 4);
                                                     })});
  const auto dataset = Dataset::of(inputs);
  Graph graph("widths");
  const auto width = graph.input<Image>("picture").then([](const Image& image) { return image.width(); });
  const auto read = [&] {
    int failed = 0, wrong = 0, at = 0;
    for (const Result& result : Executor({.threads = 2}).run(graph, dataset.source())) {
      if (!result.ok())
        ++failed;
      else
        wrong += *result[width].front() == 4 + at && result.id() == "i" + std::to_string(at) ? 0 : 1;
      ++at;
    }
    return std::tuple(failed, wrong, at);
  };
  std::tuple<int, int, int> other;
  std::thread thread([&] { other = read(); });
  CHECK(read() == std::tuple(1, 0, 40));
  thread.join();
  CHECK(other == std::tuple(1, 0, 40));
}
