#pragma once

#include <vector>

#include "workflow/graph/graph.h"

namespace workflow {

/// What of a drawing will not do what its author meant, though each step alone is right: scores that take none of several
/// ways, or two of them; steps that nothing can pass, writers that nothing can reach, names that no model gives, steps that
/// nobody reads. It follows the scores from step to step (see ScoreRoute); of what it cannot follow it says nothing.
std::vector<Problem> lint(const Drawing& drawing);

}  // namespace workflow
