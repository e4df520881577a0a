#pragma once

#include "workflow/base/json.h"
#include "workflow/values/concepts.h"

namespace workflow {

/// How near concepts are to being decided otherwise: the least distance of a score from an edge (`accept`, `review`) of the
/// band that let it through, whose settings these are; without bands, from 0.5. 0 where there is no concept.
double distance_to_edge(const Concepts& concepts, const Json& bands);

/// How far the two best scores are apart; of a single concept p, p and 1 - p. 0 where there is no concept.
double margin_of(const Concepts& concepts);

}  // namespace workflow
