#pragma once

#include <string>
#include <string_view>

#include "workflow/values/annotation.h"

namespace workflow {

/// A time as ISO 8601 has it, in UTC: "2026-11-24T06:35:38.123456Z".
std::string time_text(Time time);

/// Reads what time_text wrote; the fraction may be left out. Throws Error (Unreadable).
Time time_of_text(std::string_view text);

}  // namespace workflow
