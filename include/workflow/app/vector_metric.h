#pragma once

namespace workflow {

/// What makes two embeddings alike, and how that becomes a score from 0 to 1.
enum class VectorMetric {
  Cosine,     ///< the cosine of the angle between them, where it is above 0, else 0
  Euclidean,  ///< 1 / (1 + distance)
};

}  // namespace workflow
