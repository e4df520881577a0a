#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weights/weights.h"
#include "workflow/model/spec.h"

namespace workflow {

/// A model as it lies on disk: a folder with model.json, labels.txt (one a line), card.md and weights.safetensors, or
/// else weights.pth (a file of torch.save) or weights.pt (a TorchScript program, architecture "torchscript").
struct ModelDirectory {
  ModelSpec spec;
  std::vector<std::string> labels;
  std::string card;
  Weights weights = {};
  std::string folder = {};  ///< where it lies; empty for one that is built in or was never written
};

/// What a folder says of its model, without its weights; a missing labels.txt or card.md is an empty one.
/// Throws Error: NotFound without a model.json, Unreadable or InvalidSetting where it is broken.
ModelDirectory read_model_manifest(const std::string& folder);

/// The same with the weights.
ModelDirectory read_model_directory(const std::string& folder);

/// The file in a model's folder that holds its weights; empty where there is none.
std::string weights_in(const std::string& folder);

/// Writes its files into a folder that is there. Throws Error (Failed, or InvalidSetting for a spec that from_json would
/// refuse).
void write_model_files(const std::string& folder, const ModelDirectory& model);

/// Writes a folder aside and renames it; what was there before goes in the same step, so that a reader sees the one or
/// the other. Throws Error as write_model_files does.
void write_model_directory(const std::string& folder, const ModelDirectory& model);

/// The lines of a labels.txt; empty ones at its end do not count.
std::vector<std::string> labels_of(std::string_view text);

}  // namespace workflow
