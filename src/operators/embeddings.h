#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "workflow/base/error.h"
#include "workflow/values/embedding.h"

namespace workflow {

/// Throws Error (InvalidValue) at `place` where an embedding is not made of `length` numbers.
inline void check_embedding(const Embedding& embedding, std::size_t length, std::string_view place) {
  if (embedding.values.size() != length)
    throw Error(ErrorCode::InvalidValue, place, fmt::format("wanted an embedding of {} numbers, got {}", length, embedding.values.size()));
  for (const float number : embedding.values)
    if (!std::isfinite(number)) throw Error(ErrorCode::InvalidValue, place, "wanted an embedding of numbers, got NaN or infinity");
}

}  // namespace workflow
