#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/vector_rows.h"

namespace workflow {

/// Which rows are each other's neighbours: FAISS's HNSW, a graph on which the nearest rows to a vector are found by walking,
/// without looking at most of them. It finds nearly all of them. Of rows with the same numbers only the first is in it: many
/// copies would be each other's only neighbours, an island that no walk leaves. Rows are never taken out: make another graph.
/// `rows` must outlive it. Searching is thread-safe while nobody links; linking takes the calling thread's number of
/// OpenMP threads. Malkov, Yashunin: Efficient and robust approximate nearest neighbor search using Hierarchical Navigable
/// Small World graphs (2018).
class HnswGraph {
 public:
  HnswGraph(const VectorRows& rows, VectorMetric metric);
  ~HnswGraph();
  HnswGraph(HnswGraph&&) noexcept;
  HnswGraph& operator=(HnswGraph&&) noexcept;

  VectorMetric metric() const;

  /// How many of the rows, from the first on, it knows.
  std::size_t linked() const;

  /// Links further rows, up to but not including row `end`.
  void link(std::size_t end);

  struct Neighbour {
    std::uint32_t row;
    float apart;  ///< as VectorRows::apart
  };
  /// The `count` rows that the walk found to be nearest, the nearest first, none that is a copy; the more, the surer.
  std::vector<Neighbour> nearest(std::span<const float> vector, std::size_t count) const;

  /// As bytes, without the rows.
  std::string to_bytes() const;

  /// The other side of it. Throws Error (Unreadable) where the bytes are not such a graph of the rows' first ones.
  static HnswGraph from_bytes(std::string_view bytes, const VectorRows& rows, VectorMetric metric);

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace workflow
