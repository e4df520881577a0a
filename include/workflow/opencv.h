#pragma once

#include <opencv2/core.hpp>

#include "workflow/base/export.h"
#include "workflow/values/image.h"

namespace workflow {

/// The image's pixels as a cv::Mat (CV_8UC3), no copy. Read only; valid while `image` lives.
WORKFLOW_EXPORT cv::Mat as_mat(const Image& image);

/// An image over a Mat's pixels, no copy for CV_8UC3 (the Mat is kept alive; do not write to it afterwards) unless the
/// Mat itself only borrows its pixels. CV_8UC1 and CV_8UC4 are converted. Throws Error (InvalidValue) for other types and
/// for an empty Mat.
WORKFLOW_EXPORT Image from_mat(const cv::Mat& mat);

}  // namespace workflow
