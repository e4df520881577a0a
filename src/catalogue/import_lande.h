#pragma once

#include <string_view>
#include <vector>

#include "catalogue/import.h"

namespace workflow {

/// A row of numbers as the package writes it: "1", a scale, "|", base64 of a byte each; number = (byte - 127) / scale.
/// Throws Error (InvalidModel, Unreadable) for anything else.
std::vector<float> lande_row(std::string_view text);

/// Of npm lande: character n-grams and the two layers that tell 50 languages by them.
PackageImporter lande_importer();

}  // namespace workflow
