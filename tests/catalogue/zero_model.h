#pragma once

#include <string_view>
#include <vector>

#include "catalogue/builtin.h"
#include "catch.h"
#include "model/directory.h"
#include "tiny_yolo_tensors.h"
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
    for (const auto& [name, shape] : tiny_yolo_tensors()) {
      std::size_t count = 1;
      for (const auto side : shape) count *= static_cast<std::size_t>(side);
      all.tensors.push_back({name, DType::F32, shape, std::as_bytes(std::span(*zeros).first(count))});
    }
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
