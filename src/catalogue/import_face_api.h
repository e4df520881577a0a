#pragma once

#include <string>
#include <vector>

#include "weights/weights.h"

namespace workflow {

/// The tensors of a face-api net with the names and layouts of ours: convolutions from height, width, in, out to out, in,
/// height, width, depthwise ones from height, width, channels, 1 to channels, 1, height, width, fully connected ones
/// transposed, dlib's scale layers folded into their convolutions. Throws Error (InvalidModel) for a name or a shape that
/// such a net does not have.
Weights face_api_weights(const Weights& tfjs);

/// Converts the face models of an unpacked npm package @vladmandic/face-api into
/// <folder>/<id>/<version>/weights.safetensors, with source and licence in its metadata. What is there already stays, unless
/// it cannot be read. Returns the ids that were written. Throws Error: NotFound where the folder holds no such package,
/// Unreadable, InvalidModel, Failed.
std::vector<std::string> import_face_api(const std::string& package_folder, const std::string& models_folder);

}  // namespace workflow
