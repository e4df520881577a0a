#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weights/weights.h"

namespace workflow {

/// The lines of a U8 tensor, each with a line feed after it, over the weights' own bytes. Throws Error (InvalidModel) where
/// there is no such tensor, or its last line does not end.
std::vector<std::string_view> lines_of(const Weights& weights, std::string_view tensor, const std::string& place);

}  // namespace workflow
