#pragma once

#include <cstdint>
#include <vector>

#include "workflow/graph/effect.h"
#include "workflow/graph/window.h"

namespace workflow {

/// The steps from an input to `step`, in their order, `step` included.
std::vector<StepId> chain_to(const Drawing& drawing, StepId step);

/// Whether a split's other bands, which took the concepts that this way lacks, are heard, too.
enum class OtherBands { Left, Told };

/// The comparisons on the way to one item of a step, from the input on.
std::vector<Reason> reasons_for(const Window& window, StepId step, std::uint32_t item, OtherBands other_bands);

/// Those that a single step made for all items of one input.
std::vector<Reason> reasons_of(const Window& window, StepId step, std::uint32_t input);

}  // namespace workflow
