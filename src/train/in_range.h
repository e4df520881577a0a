#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "workflow/base/error.h"

namespace workflow {

/// Throws Error (InvalidSetting) for an option of `place` that is not within `least` to `most`; NaN never is.
template <class T>
void in_range(std::string_view place, std::string_view name, T value, T least, T most) {
  if (!(value >= least && value <= most))
    throw Error(ErrorCode::InvalidSetting, std::string(place), fmt::format("{}: wanted {} to {}, got {}", name, least, most, value));
}

}  // namespace workflow
