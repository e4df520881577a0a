#pragma once

#include "catalogue/import.h"

namespace workflow {

/// The tensors of human's CenterNet with the names and layouts of our centernet. What the package has beside the
/// convolutions goes: the constants of its activations, 1/6 rounded to half precision, and the shapes of its
/// postprocessing. Throws Error (InvalidModel) for a name or a shape that it does not have.
Weights human_centernet_weights(const Weights& tfjs);

/// Of npm @vladmandic/human.
PackageImporter human_importer();

}  // namespace workflow
