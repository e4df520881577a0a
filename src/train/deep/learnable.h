#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "workflow/train/dataset.h"

namespace workflow {

/// How often the inputs at these places show each of the concepts.
std::vector<std::size_t> counts_of(const Dataset& dataset, std::span<const std::uint32_t> places,
                                   const std::vector<std::string>& concepts);

/// The concepts that some input shows, for a task that tells `least` of them apart at least; what is left out is noted. Throws
/// Error (InvalidValue) where there are fewer.
std::vector<std::string> learnable(const Dataset& dataset, std::size_t least, std::vector<std::string>& notes);

/// The inputs whose targets say something: of exclusive concepts what could be right, else anything.
std::vector<std::uint32_t> telling_places(const Dataset& dataset, const std::vector<std::string>& concepts, bool exclusive,
                                          bool unsaid_is_negative);

/// Throws Error (TypeMismatch) where a data set holds texts and the model takes pictures, or the other way round.
void check_takes(const Dataset& dataset, bool texts, const std::string& model);

}  // namespace workflow
