#pragma once

#include "catalogue/import.h"

namespace workflow {

/// The tensors of a face-api net with the names and layouts of ours: convolutions from height, width, in, out to out, in,
/// height, width, depthwise ones from height, width, channels, 1 to channels, 1, height, width, fully connected ones
/// transposed, dlib's scale layers folded into their convolutions. Throws Error (InvalidModel) for a name or a shape that
/// such a net does not have.
Weights face_api_weights(const Weights& tfjs);

/// Of npm @vladmandic/face-api.
PackageImporter face_api_importer();

}  // namespace workflow
