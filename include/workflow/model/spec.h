#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/base/json.h"

namespace workflow {

/// A file of weights on the net: `"weights": {"url": ..., "sha256": ...}`. Its name's end says the format.
struct WeightsLocation {
  std::string url = {};     ///< http, https or file
  std::string sha256 = {};  ///< 64 hexadecimal digits, or the first ones (8 at least) where upstream tells no more

  friend bool operator==(const WeightsLocation&, const WeightsLocation&) = default;
};

/// What a model is and how it is run: its `model.json`.
struct WORKFLOW_EXPORT ModelSpec {
  std::string id;      ///< lower-case letters, digits, '-', '_' and '.'; at most 64 bytes
  int version = 1;     ///< from 1
  std::string task;    ///< in words: "face detection"
  std::string input;   ///< "image" or "text"
  std::string output;  ///< "regions", "concepts", "embedding" or "landmarks"

  std::string architecture;  ///< one of the library's own, "tiny-yolo"
  Json settings;             ///< the architecture's; null where it has none
  Json preprocessing;        ///< size, fit, colour, mean and scale of the net's input
  Json decoding;             ///< how its output becomes values: kind, thresholds

  std::string licence;           ///< SPDX, "MIT"
  std::string source;            ///< where the weights come from
  std::string mirror = {};       ///< its weights' file in a mirror folder, without the ending; empty: called like the id
  WeightsLocation weights = {};  ///< where they can be fetched; empty where only a person can bring them
  std::string description;       ///< one line
  std::string trained_on;        ///< the data, as far as it is known
  std::string trained_by = {};   ///< who trained it; empty where that is not known
  std::string date = {};         ///< when this version was saved, UTC: "2026-11-24T06:10:00Z"; empty for a built-in one
  std::vector<std::string> tags;
  Json metrics;  ///< name to number; null where none is known

  std::string name() const;  ///< "face-detector@1"

  Json to_json() const;

  /// Throws Error (InvalidSetting) for a member that is missing, unknown, or of another type or range than said above.
  static ModelSpec from_json(const Json& json);

  friend bool operator==(const ModelSpec&, const ModelSpec&) = default;
};

/// Whether a model may be called so: 1 to 64 of a-z 0-9 - _ . with no dot first.
WORKFLOW_EXPORT bool is_model_id(std::string_view id);

}  // namespace workflow
