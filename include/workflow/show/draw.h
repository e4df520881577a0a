#pragma once

#include "workflow/base/export.h"
#include "workflow/run/result.h"
#include "workflow/values/image.h"

namespace workflow {

/// The input's picture with what was found: a box for each region, its name and score, and what was read off it; concepts
/// of the whole picture stand in its corner. Small pictures are enlarged so that the words can be read.
/// Throws Error: the input's own where it could not be read, InvalidValue where the graph's input is no image.
/// @code
///   save(draw(result), "out/" + result.id() + ".png");
/// @endcode
WORKFLOW_EXPORT Image draw(const Result& result);

}  // namespace workflow
