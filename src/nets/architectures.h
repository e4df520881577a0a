#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "nets/net.h"
#include "workflow/base/json.h"

namespace workflow {

/// Makes an architecture by its name with random weights: the one list of them. `settings` are those of the manifest;
/// null stands for none. Throws Error: NotFound with the nearest name, InvalidSetting for a setting that is unknown, missing
/// or out of its range.
/// | name          | settings                      |
/// |---------------|-------------------------------|
/// | tiny-yolo     | `anchors`, 1 to 100           |
/// | face-features | `outputs`, 1 to 100,000       |
/// | face-embedder |                               |
/// | yunet         |                               |
/// | use-lite      |                               |
std::shared_ptr<Net> make_net(std::string_view architecture, const Json& settings);

}  // namespace workflow
