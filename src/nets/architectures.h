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
/// | name               | settings                                                                                    |
/// |--------------------|---------------------------------------------------------------------------------------------|
/// | tiny-yolo          | `anchors`, 1 to 100                                                                         |
/// | face-features      | `outputs`, 1 to 100,000                                                                     |
/// | face-embedder      |                                                                                             |
/// | yunet              |                                                                                             |
/// | use-lite           | `features`; `outputs`, up to 100,000, 0 (as where it is not said) for no head               |
/// | text-transformer   | `pieces`, `width`, `layers`, `heads`, `outputs`                                             |
/// | resnet             | `layers` 18, 34, 50 or 101; those of all classifiers                                        |
/// | mobilenet-v2       | those of all classifiers                                                                    |
/// | mobilenet-v3       | `size` "small" or "large"; those of all classifiers                                         |
/// | efficientnet-b0    | those of all classifiers                                                                    |
/// | tiny-resnet        | those of all classifiers                                                                    |
/// | tiny-xception      |                                                                                             |
/// | centernet          | `classes`, 1 to 10,000                                                                      |
/// | centernet-features |                                                                                             |
/// | centernet-classifier | `outputs`, 1 to 100,000                                                                   |
/// | fastestdet         | `classes`, 1 to 10,000                                                                      |
/// | ssd-mobilenet-v1   | `classes`, 1 to 10,000                                                                      |
/// | ssdlite            | `classes`, 2 to 10,000, the background among them                                           |
/// | retinanet          | `classes`, 1 to 10,000; `most`, the number of boxes given, 0 for all                        |
/// | fcos               | `classes`, 1 to 10,000                                                                      |
/// | tiny-darknet       | `outputs`, 1 to 100,000                                                                     |
/// | tf-mobilenet-v1    | `outputs`; `width`, 0.25 to 1; `background`                                                 |
/// | tf-mobilenet-v2    | `outputs`; `background`, `batch_norm`, `features`; `hidden` and `blocks`, lists (see there) |
/// A flag that is not said is false, a list empty. All classifiers: `outputs`, 1 to 100,000; `features`: the pooled features
/// are given in place of the scores.
std::shared_ptr<Net> make_net(std::string_view architecture, const Json& settings);

}  // namespace workflow
