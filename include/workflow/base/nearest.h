#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/export.h"

namespace workflow {

/// The name most like `wanted` (edit distance), for messages: `; did you mean "margin"?`, or empty where none is near.
WORKFLOW_EXPORT std::string did_you_mean(std::string_view wanted, const std::vector<std::string_view>& names);

}  // namespace workflow
