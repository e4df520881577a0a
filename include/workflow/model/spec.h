#pragma once

#include <string>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/base/json.h"

namespace workflow {

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

  std::string licence;      ///< SPDX, "MIT"
  std::string source;       ///< where the weights come from
  std::string mirror = {};  ///< its weights' file in a mirror folder, without the ending; empty: called like the id
  std::string description;  ///< one line
  std::string trained_on;   ///< the data, as far as it is known
  std::vector<std::string> tags;
  Json metrics;  ///< name to number; null where none is known

  std::string name() const;  ///< "face-detector@1"

  Json to_json() const;

  /// Throws Error (InvalidSetting) for a member that is missing, unknown, or of another type or range than said above.
  static ModelSpec from_json(const Json& json);

  friend bool operator==(const ModelSpec&, const ModelSpec&) = default;
};

}  // namespace workflow
