#pragma once

#include <string>

#include "workflow/values/image.h"

namespace workflow {

/// A picture as a data: URL (JPEG, base64), for a page that needs nothing else.
std::string picture_data(const Image& image);

}  // namespace workflow
