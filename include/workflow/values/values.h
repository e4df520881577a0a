#pragma once

#include <tuple>

#include "workflow/values/annotation.h"
#include "workflow/values/box.h"
#include "workflow/values/concepts.h"
#include "workflow/values/embedding.h"
#include "workflow/values/hits.h"
#include "workflow/values/image.h"
#include "workflow/values/landmarks.h"
#include "workflow/values/moment.h"
#include "workflow/values/place.h"
#include "workflow/values/region.h"
#include "workflow/values/status.h"
#include "workflow/values/text.h"

namespace workflow {

/// The library's own values: what built-in operators are tried on where a graph is read from JSON.
using BuiltInValues = std::tuple<Image, Text, Region, Concepts, Embedding, Hits, Landmarks>;

}  // namespace workflow
