#pragma once

#include <vector>

#include "workflow/base/export.h"

namespace workflow {

/// A place in a model's space, where likes are near each other.
struct Embedding {
  std::vector<float> values = {};
  friend bool operator==(const Embedding&, const Embedding&) = default;
};

/// Cosine of the angle between the two, -1..1; 0 where one of them is all zeros.
/// Throws Error (InvalidValue) where their lengths differ.
WORKFLOW_EXPORT float cosine(const Embedding& a, const Embedding& b);

/// Euclidean distance, >= 0. Throws Error (InvalidValue) where their lengths differ.
WORKFLOW_EXPORT float distance(const Embedding& a, const Embedding& b);

}  // namespace workflow
