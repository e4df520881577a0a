#pragma once

#include <string>
#include <string_view>

#include "workflow/base/json.h"

namespace workflow {

/// A name from outside as a message may hold it: in quotes, on one line, as UTF-8.
inline std::string in_quotes(std::string_view name) { return Json(name).dump(); }

}  // namespace workflow
