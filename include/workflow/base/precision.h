#pragma once

#include <string_view>

#include "workflow/base/export.h"

namespace workflow {

/// The numbers that a net computes with. docs/precision.md says what to choose when.
enum class Precision {
  Float32,   ///< as it was trained
  BFloat16,  ///< half the memory, 8 bits of mantissa; on processors that multiply it (AVX512-BF16, AMX)
  Int8,      ///< a quarter; each tensor's scale is measured on a handful of inputs (calibration)
};

WORKFLOW_EXPORT std::string_view name_of(Precision precision);  ///< "float32", "bfloat16", "int8"

}  // namespace workflow
