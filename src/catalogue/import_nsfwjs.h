#pragma once

#include "catalogue/import.h"

namespace workflow {

/// The tensors of nsfwjs's MobileNetV2 (Keras' names, normalisation not folded) with the names and layouts of our
/// tf-mobilenet-v2. Throws Error (InvalidModel) for a name or a shape that it does not have.
Weights nsfwjs_weights(const Weights& tfjs);

/// Of npm nsfwjs, which carries TensorFlow.js weights inside JavaScript modules.
PackageImporter nsfwjs_importer();

}  // namespace workflow
