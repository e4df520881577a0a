#pragma once

#include <string>

namespace workflow {

/// A text in UTF-8.
struct Text {
  std::string text = {};
  friend bool operator==(const Text&, const Text&) = default;
};

}  // namespace workflow
