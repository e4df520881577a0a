#include "model/head.h"

#include <array>
#include <cmath>
#include <deque>
#include <limits>

#include "catch.h"
#include "workflow/base/error.h"

using namespace workflow;

namespace {

class Tensors {
 public:
  Tensors& add(const std::string& name, std::vector<std::int64_t> shape, std::vector<float> values) {
    floats_.push_back(std::move(values));
    weights.tensors.push_back({name, DType::F32, std::move(shape), std::as_bytes(std::span(floats_.back()))});
    return *this;
  }
  Tensors& add(const std::string& name, std::vector<std::int32_t> values) {
    integers_.push_back(std::move(values));
    weights.tensors.push_back({name,
                               DType::I32,
                               {static_cast<std::int64_t>(integers_.back().size())},
                               std::as_bytes(std::span(integers_.back()))});
    return *this;
  }
  Weights weights;

 private:
  std::deque<std::vector<float>> floats_;
  std::deque<std::vector<std::int32_t>> integers_;
};

const Json layers = Json::object({{"trunk", "t@1"}, {"kind", "layers"}});

}  // namespace

TEST_CASE("Layers multiply, add, and cut off below zero between each other") {
  Tensors tensors;
  tensors.add("0.weight", {2, 2}, {1, 2, -1, 0}).add("0.bias", {2}, {0.5f, 0});
  tensors.add("1.weight", {1, 2}, {2, 10}).add("1.bias", {1}, {1});
  const Head head(layers, tensors.weights, "m@1");
  CHECK(head.inputs() == 2);
  CHECK(head.outputs() == 1);
  std::array<float, 1> out = {};
  head(std::array{1.0f, 1.0f}, out);  // hidden: 3.5, -1 -> 0
  CHECK(out[0] == 8.0f);
}

TEST_CASE("With normalise only the direction counts, and zeros stay zeros") {
  Tensors tensors;
  tensors.add("0.weight", {1, 2}, {3, 4}).add("0.bias", {1}, {0});
  Json settings = layers;
  settings["normalise"] = true;
  const Head head(settings, tensors.weights, "m@1");
  std::array<float, 1> out = {};
  head(std::array{30.0f, 40.0f}, out);
  CHECK(out[0] == Approx(5));
  head(std::array{0.0f, 0.0f}, out);
  CHECK(out[0] == 0);
}

TEST_CASE("Neighbours give the logarithms of the shares of the most similar examples") {
  Tensors tensors;
  tensors.add("examples", {3, 2}, {1, 0, 1, 0, 0, 1}).add("labels", {0, 0, 1});
  const Json settings =
      Json::object({{"trunk", "t@1"}, {"kind", "neighbours"}, {"k", 3}, {"temperature", 1.0}, {"normalise", true}});
  const Head head(settings, tensors.weights, "m@1");
  REQUIRE(head.outputs() == 2);
  std::array<float, 2> out = {};
  head(std::array{2.0f, 0.0f}, out);
  const double other = std::exp(-1.0);
  CHECK(out[0] == Approx(std::log(2 / (2 + other))));
  CHECK(out[1] == Approx(std::log(other / (2 + other))));
}

TEST_CASE("Tensors that are missing, misshapen, extra or no numbers are errors that say which") {
  const auto message = [](Tensors& tensors, const Json& settings) {
    try {
      const Head head(settings, tensors.weights, "m@1");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("nothing was thrown");
  };
  Tensors none, extra, misshapen, chained, nan;
  CHECK_THAT(message(none, layers), Catch::Contains("got 0 tensors"));
  extra.add("0.weight", {1, 1}, {1}).add("0.bias", {1}, {1}).add("2.weight", {1, 1}, {1});
  CHECK_THAT(message(extra, layers), Catch::Contains("got 3 tensors"));
  misshapen.add("0.weight", {4}, {1, 2, 3, 4}).add("0.bias", {1}, {1});
  CHECK_THAT(message(misshapen, layers), Catch::Contains("\"0.weight\": wanted 2 sides"));
  chained.add("0.weight", {2, 1}, {1, 1})
      .add("0.bias", {2}, {1, 1})
      .add("1.weight", {1, 3}, {1, 1, 1})
      .add("1.bias", {1}, {1});
  CHECK_THAT(message(chained, layers), Catch::Contains("layer 1 of the head does not fit"));
  nan.add("0.weight", {1, 1}, {std::numeric_limits<float>::quiet_NaN()}).add("0.bias", {1}, {1});
  CHECK_THAT(message(nan, layers), Catch::Contains("got NaN"));
  CHECK_THAT(message(none, Json::object({{"trunk", "t@1"}, {"kind", "layer"}})), Catch::Contains("layers"));
  CHECK_THAT(message(none, Json::object({{"kind", "layers"}})), Catch::Contains("trunk"));
  Tensors labels;
  labels.add("examples", {1, 1}, {1}).add("labels", {-1});
  const Json neighbours = Json::object({{"trunk", "t@1"}, {"kind", "neighbours"}, {"k", 1}, {"temperature", 1.0}});
  CHECK_THAT(message(labels, neighbours), Catch::Contains("wanted 0 to 999,999"));
}
