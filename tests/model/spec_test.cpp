#include "workflow/model/spec.h"

#include "base/json_reader.h"
#include "catch.h"
#include "model/blas.h"
#include "model/preprocess_json.h"
#include "workflow/base/device.h"
#include "workflow/base/error.h"

using namespace workflow;
using Catch::Contains;

namespace {

ModelSpec example() {
  ModelSpec spec;
  spec.id = "my-model";
  spec.version = 3;
  spec.task = "sorting";
  spec.input = "image";
  spec.output = "concepts";
  spec.architecture = "face-features";
  spec.settings = Json::object({{"outputs", 2}});
  spec.mirror = "another-file";
  spec.tags = {"a", "b"};
  spec.metrics = Json::object({{"accuracy", 0.9}});
  return spec;
}

}  // namespace

TEST_CASE("A spec reads back as it was written") {
  const ModelSpec spec = example();
  CHECK(spec.name() == "my-model@3");
  CHECK(ModelSpec::from_json(Json::parse(spec.to_json().dump(2))) == spec);
}

TEST_CASE("A spec with a missing, unknown or wrong member says which") {
  CHECK_THROWS_WITH(ModelSpec::from_json({}), Contains("\"id\" is missing"));
  CHECK_THROWS_WITH(ModelSpec::from_json(Json::array()), Contains("wanted an object, got an array"));
  Json json = example().to_json();
  json["licens"] = "MIT";
  CHECK_THROWS_WITH(ModelSpec::from_json(json), Contains("\"licens\" is unknown; nearest: \"licence\""));
  json = example().to_json();
  json["version"] = 0;
  CHECK_THROWS_WITH(ModelSpec::from_json(json), Contains("\"version\": wanted a whole number from 1"));
  json = example().to_json();
  json["output"] = "boxes";
  CHECK_THROWS_WITH(ModelSpec::from_json(json), Contains("regions, concepts, embedding, landmarks, got \"boxes\""));
}

TEST_CASE("An id that would lead out of its folder is refused") {
  for (const char* id : {"", "..", "../x", "a/b", ".hidden", "Upper", "with space", "line\nbreak"}) {
    Json json = example().to_json();
    json["id"] = id;
    CAPTURE(id);
    CHECK_THROWS_AS(ModelSpec::from_json(json), Error);
  }
}

TEST_CASE("A mirror's file that would lead out of its folder is refused") {
  Json json = example().to_json();
  json["mirror"] = "../weights";
  CHECK_THROWS_WITH(ModelSpec::from_json(json), Contains("\"mirror\""));
}

TEST_CASE("Preprocessing is read strictly") {
  const std::string text = R"({"width": 8, "height": 4, "fit": "pad-centre", "sampling": "area", "colour": "bgr",
                               "mean": [1, 2, 3], "scale": [0.5, 0.25, 2]})";
  const Preprocess read = preprocess_from_json(Json::parse(text), "m");
  CHECK(read.width == 8);
  CHECK(read.height == 4);
  CHECK(read.fit == Fit::PadCentre);
  CHECK(read.sampling == Sampling::Area);
  CHECK_FALSE(read.rgb);
  CHECK(read.mean == std::array<float, 3>{1, 2, 3});
  CHECK(read.scale == std::array<float, 3>{0.5f, 0.25f, 2});
  for (const auto& [member, value] : std::vector<std::pair<std::string, Json>>{{"width", 0},
                                                                               {"height", 1'000'000},
                                                                               {"fit", "pad"},
                                                                               {"mean", Json::array({1, 2})},
                                                                               {"scale", Json::array({1, 2, "3"})},
                                                                               {"more", 1}}) {
    Json json = Json::parse(text);
    json[member] = value;
    CHECK_THROWS_WITH(preprocess_from_json(json, "m"), Contains("[m preprocessing]") && Contains(member));
  }
}

TEST_CASE("Devices are read and named") {
  CHECK(Device::parse("cpu") == Device::cpu());
  CHECK(Device::parse("cuda") == Device::cuda(0));
  CHECK(Device::parse("cuda:3").name() == "cuda:3");
  CHECK(Device::cpu().name() == "cpu");
  for (const char* text : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1 ", "cuda:99999999999"})
    CHECK_THROWS_AS(Device::parse(text), Error);
}

TEST_CASE("Debian's reference BLAS is told from OpenBLAS by its file") {
  CHECK(is_reference_blas("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0"));
  CHECK_FALSE(is_reference_blas("/usr/lib/x86_64-linux-gnu/openblas-openmp/libblas.so.3"));
}
