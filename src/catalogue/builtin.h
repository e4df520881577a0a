#pragma once

#include <string_view>
#include <vector>

#include "model/directory.h"

namespace workflow {

/// The files of one built-in model, as cmake/EmbedModels.cmake put them into the library.
struct BuiltinText {
  std::string_view json;
  std::string_view labels;
  std::string_view card;
};

const std::vector<BuiltinText>& builtin_texts();

/// The built-in models without their weights, sorted by id.
const std::vector<ModelDirectory>& builtin_models();

}  // namespace workflow
