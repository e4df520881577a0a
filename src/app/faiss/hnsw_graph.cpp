#include "app/faiss/hnsw_graph.h"

#include <faiss/IndexHNSW.h>
#include <faiss/impl/DistanceComputer.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr int links_of_row = 32;      // twice as many on the lowest level
constexpr int looked_at_to_link = 80;  // the candidates among which a row's neighbours are chosen

// Distances to a vector as FAISS asks for them, computed on the rows where they are.
class Distances final : public faiss::DistanceComputer {
 public:
  Distances(const VectorRows& rows, VectorMetric metric) : rows_(rows), metric_(metric) {}

  void set_query(const float* vector) override {
    vector_ = vector;
    inverse_norm_ = VectorRows::inverse_norm({vector, rows_.length()});
  }
  float operator()(std::int64_t row) override {
    return rows_.apart(metric_, vector_, inverse_norm_, static_cast<std::size_t>(row));
  }
  float symmetric_dis(std::int64_t a, std::int64_t b) override {
    const auto first = static_cast<std::size_t>(a);
    return rows_.apart(metric_, rows_[first], rows_.inverse_norm(first), static_cast<std::size_t>(b));
  }

 private:
  const VectorRows& rows_;
  VectorMetric metric_;
  const float* vector_ = nullptr;
  float inverse_norm_ = 0;
};

// The rows as the storage of FAISS's index, which so keeps no copy of them. It is told that it counts distances, whatever
// the metric: the least is the nearest.
class Storage final : public faiss::Index {
 public:
  Storage(const VectorRows& rows, VectorMetric metric)
      : faiss::Index(static_cast<std::int64_t>(rows.length()), faiss::METRIC_L2), rows_(rows), metric_(metric) {}

  void add(std::int64_t count, const float*) override { ntotal += count; }
  void reset() override { ntotal = 0; }
  void search(std::int64_t, const float*, std::int64_t, float*, std::int64_t*, const faiss::SearchParameters*) const override {
    throw Error(ErrorCode::Failed, "search", "the graph's rows are searched through the graph");
  }
  faiss::DistanceComputer* get_distance_computer() const override { return new Distances(rows_, metric_); }

  VectorMetric metric() const { return metric_; }
  const VectorRows& rows() const { return rows_; }

 private:
  const VectorRows& rows_;
  VectorMetric metric_;
};

template <class Call>
auto without_faiss_errors(Call&& call) {
  try {
    return call();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ErrorCode::Failed, "search", fmt::format("FAISS failed: {}", error.what()));
  }
}

// The bytes are numbers of 64 and 32 bits in this machine's order; they never leave it, as they can always be made anew.
template <class T>
void put(std::string& bytes, T number) {
  static_assert(std::is_trivially_copyable_v<T>);
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  T take() {
    T number;
    if (bytes_.size() < sizeof number) fail();
    std::memcpy(&number, bytes_.data(), sizeof number);
    bytes_.remove_prefix(sizeof number);
    return number;
  }
  std::size_t left() const { return bytes_.size(); }

  [[noreturn]] static void fail() {
    throw Error(ErrorCode::Unreadable, "search", "the saved search graph is damaged; it is made anew from the vectors");
  }

 private:
  std::string_view bytes_;
};

}  // namespace

struct HnswGraph::Engine {
  Engine(const VectorRows& rows, VectorMetric metric) : storage(rows, metric), index(&storage, links_of_row) {
    index.hnsw.efConstruction = looked_at_to_link;
  }

  Storage storage;
  faiss::IndexHNSW index;
};

HnswGraph::HnswGraph(const VectorRows& rows, VectorMetric metric)
    : engine_(without_faiss_errors([&] { return std::make_unique<Engine>(rows, metric); })) {}
HnswGraph::~HnswGraph() = default;
HnswGraph::HnswGraph(HnswGraph&&) noexcept = default;
HnswGraph& HnswGraph::operator=(HnswGraph&&) noexcept = default;

VectorMetric HnswGraph::metric() const { return engine_->storage.metric(); }

std::size_t HnswGraph::linked() const { return static_cast<std::size_t>(engine_->index.ntotal); }

void HnswGraph::link(std::size_t end) {
  const VectorRows& rows = engine_->storage.rows();
  without_faiss_errors([&] {
    while (linked() < end) {
      // FAISS takes rows that stand one after the other, which they do within a block.
      const std::size_t begin = linked();
      const std::size_t block_end = (begin / VectorRows::rows_of_block + 1) * VectorRows::rows_of_block;
      engine_->index.add(static_cast<std::int64_t>(std::min(end, block_end) - begin), rows[begin]);
    }
  });
}

std::vector<HnswGraph::Neighbour> HnswGraph::nearest(std::span<const float> vector, std::size_t count) const {
  count = std::min(count, linked());
  if (count == 0) return {};
  std::vector<float> apart(count);
  std::vector<std::int64_t> found(count);
  faiss::SearchParametersHNSW width;  // how many candidates the walk keeps; FAISS bounds its queue by the count, too
  width.efSearch = static_cast<int>(count);
  without_faiss_errors(
      [&] { engine_->index.search(1, vector.data(), static_cast<std::int64_t>(count), apart.data(), found.data(), &width); });
  std::vector<Neighbour> neighbours;
  neighbours.reserve(count);
  for (std::size_t i = 0; i < count && found[i] >= 0; ++i) neighbours.push_back({static_cast<std::uint32_t>(found[i]), apart[i]});
  return neighbours;
}

std::string HnswGraph::to_bytes() const {
  const faiss::HNSW& hnsw = engine_->index.hnsw;
  std::string bytes;
  bytes.reserve(32 + linked() * sizeof(std::int32_t) + hnsw.neighbors.size() * sizeof(std::int32_t));
  put<std::uint64_t>(bytes, linked());
  put<std::int32_t>(bytes, links_of_row);
  put<std::int32_t>(bytes, hnsw.entry_point);
  for (std::size_t row = 0; row < linked(); ++row) put<std::int32_t>(bytes, hnsw.levels[row]);
  for (std::size_t i = 0; i < hnsw.neighbors.size(); ++i) put<std::int32_t>(bytes, hnsw.neighbors[i]);
  return bytes;
}

HnswGraph HnswGraph::from_bytes(std::string_view bytes, const VectorRows& rows, VectorMetric metric) {
  HnswGraph graph(rows, metric);
  faiss::IndexHNSW& index = graph.engine_->index;
  faiss::HNSW& hnsw = index.hnsw;
  Reader reader(bytes);
  const auto count = reader.take<std::uint64_t>();
  const auto links = reader.take<std::int32_t>();
  const auto entry = reader.take<std::int32_t>();
  if (count > rows.size() || count > reader.left() / sizeof(std::int32_t) || links != links_of_row) Reader::fail();
  if (count == 0) return graph;
  if (entry < 0 || static_cast<std::uint64_t>(entry) >= count) Reader::fail();

  const auto levels = static_cast<std::int32_t>(hnsw.assign_probas.size());
  std::size_t links_in_all = 0;
  hnsw.levels.resize(count);
  hnsw.offsets.resize(count + 1);
  for (std::size_t row = 0; row < count; ++row) {
    const auto level = reader.take<std::int32_t>();
    if (level < 1 || level > levels) Reader::fail();
    hnsw.levels[row] = level;
    hnsw.max_level = std::max(hnsw.max_level, level - 1);
    links_in_all += static_cast<std::size_t>(hnsw.cum_nb_neighbors(level));
    hnsw.offsets[row + 1] = links_in_all;
  }
  if (hnsw.levels[static_cast<std::size_t>(entry)] != hnsw.max_level + 1) Reader::fail();
  if (reader.left() != links_in_all * sizeof(std::int32_t)) Reader::fail();
  hnsw.entry_point = entry;
  hnsw.neighbors.resize(links_in_all);
  for (std::size_t row = 0; row < count; ++row) {
    for (std::int32_t level = 0; level < hnsw.levels[row]; ++level) {
      std::size_t begin = 0;
      std::size_t end = 0;
      hnsw.neighbor_range(static_cast<std::int64_t>(row), level, &begin, &end);
      for (std::size_t i = begin; i < end; ++i) {
        const auto neighbour = reader.take<std::int32_t>();
        // A walk on a level must not lead to a row that has no links there.
        if (neighbour < -1 || neighbour >= static_cast<std::int64_t>(count)) Reader::fail();
        if (neighbour >= 0 && hnsw.levels[static_cast<std::size_t>(neighbour)] <= level) Reader::fail();
        hnsw.neighbors[i] = neighbour;
      }
    }
  }
  index.ntotal = static_cast<std::int64_t>(count);
  graph.engine_->storage.ntotal = index.ntotal;
  return graph;
}

}  // namespace workflow
