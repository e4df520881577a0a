#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "model/directory.h"

namespace workflow {

/// The files of one built-in model, as cmake/EmbedModels.cmake put them into the library.
struct BuiltinText {
  std::string_view json;
  std::string_view labels;
  std::string_view card;
  std::span<const std::byte> weights;  ///< a safetensors file; empty where the weights lie elsewhere
};

const std::vector<BuiltinText>& builtin_texts();

/// The built-in models, sorted by id; with their weights where the library holds these itself.
const std::vector<ModelDirectory>& builtin_models();

}  // namespace workflow
