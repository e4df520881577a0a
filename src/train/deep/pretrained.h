#pragma once

#include <string>

#include "weights/weights.h"
#include "workflow/catalogue/catalogue.h"

namespace workflow {

/// What a template's `from` names.
class Pretrained {
 public:
  /// The weights of a model of the catalogue, or of a file (.safetensors, .pth, .pt, or anything with a slash). Throws Error
  /// as Catalogue::load and read_weights do.
  static Weights named(const Catalogue& catalogue, const std::string& from);
};

}  // namespace workflow
