#pragma once

#include <fmt/format.h>

#include <string_view>

#include "base/in_quotes.h"
#include "workflow/base/error.h"
#include "workflow/values/concepts.h"

namespace workflow {

/// Throws Error (InvalidValue) at `place` for a score that is NaN or outside 0..1.
inline void check_score(const Concept& it, std::string_view place) {
  if (!(it.score >= 0 && it.score <= 1))
    throw Error(ErrorCode::InvalidValue, place, fmt::format("wanted a score in 0..1, got {:g} for {}", it.score, in_quotes(it.name)));
}

}  // namespace workflow
