#pragma once

#include <string>

#include "workflow/train/detection_metrics.h"

namespace workflow {

/// How well boxes are found, as lines of text and as an HTML table.
std::string detection_text(const DetectionQuality& quality);
std::string detection_html(const DetectionQuality& quality);

}  // namespace workflow
