#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "workflow/train/metrics.h"

namespace workflow {

/// Collects how well embeddings find their like, query after query.
class RetrievalMeasure {
 public:
  /// Item `query` asks all others. `likeness` and `labels` are of every item, itself included; equal likeness counts against
  /// the right ones, so an embedding that makes all equal finds nothing. One whose label no other item bears asks nothing.
  void add(std::span<const float> likeness, std::span<const std::int64_t> labels, std::size_t query);

  RetrievalQuality quality() const;

 private:
  RetrievalQuality sums_;
};

}  // namespace workflow
