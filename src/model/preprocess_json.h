#pragma once

#include <string>

#include "model/preprocess/preprocess.h"
#include "workflow/base/json.h"

namespace workflow {

/// Reads a manifest's "preprocessing": width, height (1 to 4096), fit ("stretch", "pad-corner", "pad-centre", "cut-centre"), sampling
/// ("linear", "area"), colour ("rgb", "bgr"), mean and scale (3 numbers each).
/// Throws Error (InvalidSetting) that begins with `place`.
Preprocess preprocess_from_json(const Json& json, const std::string& place);

}  // namespace workflow
