#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/faiss/hnsw_graph.h"
#include "app/vector_rows.h"

namespace workflow {

/// A vector that was found.
struct Near {
  std::int64_t id = 0;
  float score = 0;  ///< 0..1, as VectorMetric says
  friend bool operator==(const Near&, const Near&) = default;
};

struct VectorQuery {
  std::span<const float> like = {};
  VectorMetric metric = VectorMetric::Cosine;
  std::size_t top = 10;    ///< at least 1
  float at_least = 0;      ///< score, 0..1
  std::optional<std::span<const std::int64_t>> among = {};  ///< only these, ascending; ids that are not there are passed over
};

/// Vectors of one length by id, and which of them are nearest to another one. Below `exact_below` vectors, and among few
/// of many, every vector is compared; above, a graph is walked (see HnswGraph), and what is not linked into it yet is
/// compared as well, so an answer never lacks the newest. Search is thread-safe while nobody changes the index.
class VectorIndex {
 public:
  static constexpr std::size_t exact_below = 50'000;

  /// Vectors have `length` numbers. `walk_from` is where the graph takes over; tests make it smaller.
  explicit VectorIndex(std::size_t length, std::size_t walk_from = exact_below);
  VectorIndex(const VectorIndex&) = delete;  // the graphs know the rows by their address
  VectorIndex& operator=(const VectorIndex&) = delete;

  std::size_t length() const { return rows_.length(); }
  std::size_t size() const { return ids_.size() - removed_count_; }

  /// The id must be above all those before it. Throws Error (InvalidValue) for another length, and for numbers that are
  /// none, infinite or beyond 1e15, whose squares would not fit.
  void add(std::int64_t id, std::span<const float> vector);

  /// Whether it was there. Its row stays until a fifth of the rows are such; then they are left out, and the graph is made
  /// anew bit by bit.
  bool remove(std::int64_t id);

  /// As if nothing had ever been added.
  void clear();

  /// The nearest first, equal scores by id. Throws Error (InvalidValue) as add() does, and where `top` is 0.
  std::vector<Near> search(const VectorQuery& query) const;

  /// Whether a search by this metric would be quicker for some linking.
  bool wants_links(VectorMetric metric) const;

  /// Links up to `most` rows into the metric's graph, made where it is missing; does nothing below `exact_below`.
  void link(VectorMetric metric, std::size_t most);

  /// How many rows, removed ones among them, the metric's graph links.
  std::size_t linked(VectorMetric metric) const {
    const HnswGraph* graph = graph_for(metric);
    return graph ? graph->linked() : 0;
  }

  /// The metric's graph as bytes that fit these ids and vectors alone; empty where there is none.
  std::string graph_to_bytes(VectorMetric metric) const;

  /// Takes what graph_to_bytes gave. False where that was of other vectors, or is damaged.
  bool take_graph(VectorMetric metric, std::string_view bytes);

 private:
  struct Found {
    float apart;
    std::uint32_t row;
    friend auto operator<=>(const Found&, const Found&) = default;
  };
  class Best;

  void check(std::span<const float> vector) const;
  std::optional<std::size_t> row_of(std::int64_t id) const;
  std::vector<std::uint32_t> rows_of(std::span<const std::int64_t> ids) const;
  const HnswGraph* graph_for(VectorMetric metric) const;
  std::vector<Found> compare(const VectorQuery& query, const std::vector<std::uint32_t>* among, std::size_t from) const;
  std::optional<std::vector<Found>> walk(const VectorQuery& query, const HnswGraph& graph, const std::vector<std::uint32_t>* among) const;
  void leave_out_removed();
  std::uint64_t fingerprint(std::size_t rows) const;

  VectorRows rows_;
  std::size_t walk_from_;
  std::vector<std::int64_t> ids_;     // of each row, ascending
  std::vector<bool> removed_;         // of each row
  std::size_t removed_count_ = 0;
  std::vector<HnswGraph> graphs_;     // one a metric at most
};

}  // namespace workflow
