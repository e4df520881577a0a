#pragma once

#include <vector>

#include "engine/net_graph.h"
#include "engine/onednn.h"
#include "engine/program.h"

namespace workflow {

/// How the tensors of a net are kept: as floats, or as whole numbers times a scale.
struct Numbers {
  struct Tensor {
    onednn::Type type = onednn::Type::f32;  ///< what its step writes
    onednn::Type whole = onednn::Type::s8;  ///< u8 where it can't be negative: a bit more for its positive values
    float scale = 1;                        ///< value = whole number * scale
  };
  std::vector<Tensor> tensors;
  onednn::Type floats = onednn::Type::f32;  ///< or bf16: what is not whole numbers

  /// Whether a step computes with whole numbers.
  std::vector<bool> is_whole;  // by step
};

/// Decides it for a graph. With Int8, convolutions and fully connected layers compute with whole numbers; a tensor is
/// written as whole numbers where all that read it take them, and as floats otherwise.
Numbers choose_numbers(const NetGraph& graph, const ProgramSettings& settings);

}  // namespace workflow
