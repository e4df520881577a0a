#pragma once

#include <string_view>

#include "workflow/base/export.h"

namespace workflow {

/// Counts something that an operator did to an item and that nobody should have to guess: a box that was clipped, a crop
/// that was too small. `run.stats()` tells it beside the step's items. Called from within a call operator, on its thread;
/// outside of a run it does nothing.
/// @code
///   if (too_small) return tally("too small"), std::nullopt;
/// @endcode
WORKFLOW_EXPORT void tally(std::string_view what);

}  // namespace workflow
