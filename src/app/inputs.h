#pragma once

#include "app/writing.h"
#include "workflow/app/records.h"

namespace workflow {

/// Adds an input, or changes what is known of it. Throws Error (InvalidValue).
void put_input(Writing& to, const Input& input);

/// Of a row that begins with name, width, height, metadata.
Input input_of(const Query& row);

}  // namespace workflow
