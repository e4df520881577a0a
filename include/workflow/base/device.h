#pragma once

#include <string>
#include <string_view>

#include "workflow/base/export.h"

namespace workflow {

/// Where a model computes.
struct WORKFLOW_EXPORT Device {
  enum class Kind { Cpu, Cuda };

  Kind kind = Kind::Cpu;
  int index = 0;  ///< which of several CUDA devices; 0 for the CPU

  static Device cpu() { return {}; }
  static Device cuda(int index = 0) { return {Kind::Cuda, index}; }

  /// The first CUDA device where LibTorch was built for one and finds it, else the CPU.
  static Device best();

  /// Reads "cpu", "cuda" or "cuda:1". Throws Error (InvalidSetting).
  static Device parse(std::string_view text);

  std::string name() const;  ///< "cpu", "cuda:0"

  friend bool operator==(const Device&, const Device&) = default;
};

}  // namespace workflow
