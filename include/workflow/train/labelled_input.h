#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "workflow/values/box.h"
#include "workflow/values/image.h"
#include "workflow/values/text.h"

namespace workflow {

/// What people say of a concept on one input.
enum class Said { Unknown, Negative, Positive };

/// A picture that is read when it is needed.
struct ImageFile {
  std::string path = {};
  std::optional<Box> part = {};  ///< only this part of it; none takes it whole
};

/// A box that people drew on a picture.
struct LabelledBox {
  Box box = {};
  std::string concept_name = {};
  bool is_difficult = false;  ///< people could hardly tell; detection metrics leave such boxes out
};

/// One input of a data set, with what is known of it.
struct LabelledInput {
  std::string id = {};  ///< what reports call it; unique where hosts care

  /// The input, or how to get it: a file, pixels or a text that are there already, or a callable that gives a picture,
  /// perhaps slowly, from any thread.
  std::variant<ImageFile, Image, Text, std::function<Image()>> input = {};

  std::vector<std::string> positive = {};  ///< concepts that it shows
  std::vector<std::string> negative = {};  ///< concepts that it is known not to show
  std::vector<LabelledBox> boxes = {};

  /// Inputs of one group (crops of one photo, frames of one video) stay together when a data set is split; empty: alone.
  std::string group = {};
};

}  // namespace workflow
