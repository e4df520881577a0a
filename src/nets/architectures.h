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
/// | name            | settings                                              |
/// |-----------------|-------------------------------------------------------|
/// | tiny-yolo       | `anchors`, 1 to 100                                   |
/// | face-features   | `outputs`, 1 to 100,000                               |
/// | face-embedder   |                                                       |
/// | yunet           |                                                       |
/// | use-lite        |                                                       |
/// | resnet          | `layers` 18, 34, 50 or 101; those of all classifiers  |
/// | mobilenet-v2    | those of all classifiers                              |
/// | mobilenet-v3    | `size` "small" or "large"; those of all classifiers   |
/// | efficientnet-b0 | those of all classifiers                              |
/// All classifiers: `outputs`, 1 to 100,000; `features`, false where it is not said: the pooled features are given in
/// place of the scores.
std::shared_ptr<Net> make_net(std::string_view architecture, const Json& settings);

}  // namespace workflow
