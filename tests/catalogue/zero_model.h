#pragma once

#include <string_view>
#include <vector>

#include "catalogue/builtin.h"
#include "catch.h"
#include "model/directory.h"
#include "workflow/base/error.h"

namespace workflow::test {

/// The Error that `f` throws; a test that gets none, or a first line of more than 200 bytes, has failed.
template <class F>
Error error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    CHECK(std::string_view(error.what()).substr(0, std::string_view(error.what()).find('\n')).size() <= 200);
    return error;
  }
  FAIL("wanted an Error");
  return Error(ErrorCode::Failed, "", "");
}

/// A small model of one's own: the net of the face detector with all weights zero.
inline ModelDirectory zero_model(int version) {
  static const Weights weights = [] {
    Weights all;
    auto zeros = std::make_shared<std::vector<float>>(512 * 256);
    const auto add = [&](const std::string& name, std::vector<std::int64_t> shape) {
      std::size_t count = 1;
      for (const auto side : shape) count *= static_cast<std::size_t>(side);
      all.tensors.push_back({name, DType::F32, std::move(shape), std::as_bytes(std::span(*zeros).first(count))});
    };
    add("conv0.weight", {16, 3, 3, 3}), add("conv0.bias", {16});
    for (std::int64_t i = 1, channels = 16; i <= 5; ++i, channels *= 2) {
      const std::string name = "conv" + std::to_string(i);
      add(name + ".depthwise.weight", {channels, 1, 3, 3});
      add(name + ".pointwise.weight", {channels * 2, channels, 1, 1}), add(name + ".pointwise.bias", {channels * 2});
    }
    add("conv8.weight", {25, 512, 1, 1}), add("conv8.bias", {25});
    all.storage = zeros;
    return all;
  }();
  ModelSpec spec;
  for (const ModelDirectory& model : builtin_models())
    if (model.spec.id == "face-detector") spec = model.spec;
  spec.id = "nothing";
  spec.version = version;
  spec.preprocessing["width"] = 64;
  spec.preprocessing["height"] = 64;
  return {spec, {"face"}, "# nothing\n", weights};
}

}  // namespace workflow::test
