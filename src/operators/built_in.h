#pragma once

#include "workflow/graph/operators.h"

namespace workflow {

/// Adds every operator that needs neither a model nor a database; Operators::standard() adds those.
void add_built_in_operators(Operators& list);

}  // namespace workflow
