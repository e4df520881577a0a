#include "app/faiss/hnsw_graph.h"

#include <faiss/IndexHNSW.h>
#include <faiss/impl/DistanceComputer.h>
#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <cstring>
#include <functional>
#include <queue>
#include <type_traits>

#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr int links_of_row = 16;      // twice as many on the lowest level
constexpr int looked_at_to_link = 200; // the candidates among which a row's neighbours are chosen

// The rows as the storage of FAISS's index, which so keeps no copy of them. It is told that it counts distances, whatever
// the metric: the least is the nearest. FAISS counts nodes, which are the rows that are no copies.
class Storage final : public faiss::Index {
 public:
  Storage(const VectorRows& all_rows, VectorMetric by)
      : faiss::Index(static_cast<std::int64_t>(all_rows.length()), faiss::METRIC_L2), rows(all_rows), metric(by) {}

  void add(std::int64_t count, const float*) override { ntotal += count; }
  void reset() override { ntotal = 0; }
  void search(std::int64_t, const float*, std::int64_t, float*, std::int64_t*, const faiss::SearchParameters*) const override {
    throw Error(ErrorCode::Failed, "search", "the graph's rows are searched through the graph");
  }
  faiss::DistanceComputer* get_distance_computer() const override;

  const VectorRows& rows;
  const VectorMetric metric;
  std::vector<std::uint32_t> row_of_node;
};

// Distances to a vector as FAISS asks for them, computed on the rows where they are.
class Distances final : public faiss::DistanceComputer {
 public:
  explicit Distances(const Storage& storage) : storage_(storage) {}

  void set_query(const float* vector) override {
    vector_ = vector;
    inverse_norm_ = VectorRows::inverse_norm({vector, storage_.rows.length()});
  }
  float operator()(std::int64_t node) override { return storage_.rows.apart(storage_.metric, vector_, inverse_norm_, row_of(node)); }
  float symmetric_dis(std::int64_t a, std::int64_t b) override {
    const std::size_t first = row_of(a);
    return storage_.rows.apart(storage_.metric, storage_.rows[first], storage_.rows.inverse_norm(first), row_of(b));
  }

 private:
  std::size_t row_of(std::int64_t node) const { return storage_.row_of_node[static_cast<std::size_t>(node)]; }

  const Storage& storage_;
  const float* vector_ = nullptr;
  float inverse_norm_ = 0;
};

faiss::DistanceComputer* Storage::get_distance_computer() const { return new Distances(*this); }

// FAISS's own walk asks for one distance after the other, and each waits for its row to come from memory. This one asks for
// all rows of a node's links first; it takes two thirds of the time (Malkov, Yashunin 2016, algorithms 2 and 5).
class Walk {
 public:
  Walk(const Storage& storage, const faiss::HNSW& hnsw, std::span<const float> vector)
      : storage_(storage), hnsw_(hnsw), vector_(vector), inverse_norm_(VectorRows::inverse_norm(vector)) {}

  // The nearest nodes, the nearest first; `width` is how many candidates are kept.
  std::vector<HnswGraph::Neighbour> nearest(std::size_t width) {
    std::vector<Candidate> best = {candidate(hnsw_.entry_point)};
    // More than one way down, as rows that came one kind after the other have few links from kind to kind.
    for (int level = hnsw_.max_level; level >= 0; --level) best = nearest_on(level, level > 0 ? ways_down : width, best);
    std::vector<HnswGraph::Neighbour> found;
    for (const Candidate& each : best) found.push_back({storage_.row_of_node[static_cast<std::size_t>(each.node)], each.apart});
    return found;
  }

 private:
  struct Candidate {
    float apart;
    std::int32_t node;
    auto operator<=>(const Candidate&) const = default;
  };

  std::size_t row_of(std::int32_t node) const { return storage_.row_of_node[static_cast<std::size_t>(node)]; }
  Candidate candidate(std::int32_t node) const {
    return {storage_.rows.apart(storage_.metric, vector_.data(), inverse_norm_, row_of(node)), node};
  }

  std::vector<Candidate> nearest_on(int level, std::size_t width, const std::vector<Candidate>& from) {
    static thread_local std::vector<bool> seen;
    seen.assign(storage_.row_of_node.size(), false);
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> open;
    std::priority_queue<Candidate> best;  // the farthest on top
    const auto offer = [&](const Candidate& next) {
      if (best.size() == width && best.top() < next) return;
      open.push(next);
      best.push(next);
      if (best.size() > width) best.pop();
    };
    for (const Candidate& each : from) {
      seen[static_cast<std::size_t>(each.node)] = true;
      offer(each);
    }
    while (!open.empty()) {
      const Candidate at = open.top();
      open.pop();
      if (best.size() == width && best.top() < at) break;
      for (const std::int32_t node : unseen_links(at.node, level, seen)) offer(candidate(node));
    }
    std::vector<Candidate> sorted(best.size());
    for (auto place = sorted.rbegin(); place != sorted.rend(); ++place, best.pop()) *place = best.top();
    return sorted;
  }

  // What a node is linked to, without what `seen` holds already, which they then are in too.
  std::span<const std::int32_t> unseen_links(std::int32_t node, int level, std::vector<bool>& seen) {
    std::size_t begin = 0, end = 0;
    hnsw_.neighbor_range(node, level, &begin, &end);
    links_.clear();
    for (std::size_t i = begin; i < end; ++i) {
      const std::int32_t to = hnsw_.neighbors[i];
      if (to < 0) break;
      if (seen[static_cast<std::size_t>(to)]) continue;
      seen[static_cast<std::size_t>(to)] = true;
      links_.push_back(to);
      const float* row = storage_.rows[row_of(to)];
      for (std::size_t at = 0; at < std::min<std::size_t>(storage_.rows.length(), numbers_asked_for); at += numbers_of_line)
        __builtin_prefetch(row + at);
    }
    return links_;
  }

  static constexpr std::size_t ways_down = 24;
  static constexpr std::size_t numbers_of_line = 16;
  static constexpr std::size_t numbers_asked_for = 128;  // the processor sees by itself that the rest of the row will follow

  const Storage& storage_;
  const faiss::HNSW& hnsw_;
  std::span<const float> vector_;
  float inverse_norm_;
  std::vector<std::int32_t> links_;
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
  std::size_t linked = 0;  // rows, copies among them
};

HnswGraph::HnswGraph(const VectorRows& rows, VectorMetric metric)
    : engine_(without_faiss_errors([&] { return std::make_unique<Engine>(rows, metric); })) {}
HnswGraph::~HnswGraph() = default;
HnswGraph::HnswGraph(HnswGraph&&) noexcept = default;
HnswGraph& HnswGraph::operator=(HnswGraph&&) noexcept = default;

VectorMetric HnswGraph::metric() const { return engine_->storage.metric; }

std::size_t HnswGraph::linked() const { return engine_->linked; }

void HnswGraph::link(std::size_t end) {
  Storage& storage = engine_->storage;
  const std::size_t length = storage.rows.length();
  without_faiss_errors([&] {
    std::vector<float> numbers;  // of rows that are no copies, one after the other, as FAISS takes them
    while (engine_->linked < end) {
      numbers.clear();
      for (; engine_->linked < end && numbers.size() < VectorRows::rows_of_block * length; ++engine_->linked) {
        if (storage.rows.first(engine_->linked) != engine_->linked) continue;
        storage.row_of_node.push_back(static_cast<std::uint32_t>(engine_->linked));
        const float* row = storage.rows[engine_->linked];
        numbers.insert(numbers.end(), row, row + length);
      }
      if (!numbers.empty()) engine_->index.add(static_cast<std::int64_t>(numbers.size() / length), numbers.data());
    }
  });
}

std::vector<HnswGraph::Neighbour> HnswGraph::nearest(std::span<const float> vector, std::size_t count) const {
  count = std::min(count, engine_->storage.row_of_node.size());
  if (count == 0) return {};
  return Walk(engine_->storage, engine_->index.hnsw, vector).nearest(count);
}

std::string HnswGraph::to_bytes() const {
  const faiss::HNSW& hnsw = engine_->index.hnsw;
  std::string bytes;
  const std::size_t nodes = engine_->storage.row_of_node.size();
  bytes.reserve(32 + (nodes + hnsw.neighbors.size()) * sizeof(std::int32_t));
  put<std::uint64_t>(bytes, linked());
  put<std::int32_t>(bytes, links_of_row);
  put<std::int32_t>(bytes, hnsw.entry_point);
  for (std::size_t node = 0; node < nodes; ++node) put<std::int32_t>(bytes, hnsw.levels[node]);
  for (std::size_t i = 0; i < hnsw.neighbors.size(); ++i) put<std::int32_t>(bytes, hnsw.neighbors[i]);
  return bytes;
}

HnswGraph HnswGraph::from_bytes(std::string_view bytes, const VectorRows& rows, VectorMetric metric) {
  HnswGraph graph(rows, metric);
  faiss::IndexHNSW& index = graph.engine_->index;
  faiss::HNSW& hnsw = index.hnsw;
  Reader reader(bytes);
  const auto linked = reader.take<std::uint64_t>();
  const auto links = reader.take<std::int32_t>();
  const auto entry = reader.take<std::int32_t>();
  if (linked == 0 || linked > rows.size() || links != links_of_row) Reader::fail();
  std::vector<std::uint32_t>& row_of_node = graph.engine_->storage.row_of_node;
  for (std::uint32_t row = 0; row < linked; ++row)
    if (rows.first(row) == row) row_of_node.push_back(row);
  const std::size_t count = row_of_node.size();
  if (entry < 0 || static_cast<std::size_t>(entry) >= count) Reader::fail();

  const auto levels = static_cast<std::int32_t>(hnsw.assign_probas.size());
  std::size_t links_in_all = 0;
  hnsw.levels.resize(count);
  hnsw.offsets.resize(count + 1);
  for (std::size_t node = 0; node < count; ++node) {
    const auto level = reader.take<std::int32_t>();
    if (level < 1 || level > levels) Reader::fail();
    hnsw.levels[node] = level;
    hnsw.max_level = std::max(hnsw.max_level, level - 1);
    links_in_all += static_cast<std::size_t>(hnsw.cum_nb_neighbors(level));
    hnsw.offsets[node + 1] = links_in_all;
  }
  if (hnsw.levels[static_cast<std::size_t>(entry)] != hnsw.max_level + 1) Reader::fail();
  if (reader.left() != links_in_all * sizeof(std::int32_t)) Reader::fail();
  hnsw.entry_point = entry;
  hnsw.neighbors.resize(links_in_all);
  for (std::size_t node = 0; node < count; ++node) {
    for (std::int32_t level = 0; level < hnsw.levels[node]; ++level) {
      std::size_t begin = 0;
      std::size_t end = 0;
      hnsw.neighbor_range(static_cast<std::int64_t>(node), level, &begin, &end);
      for (std::size_t i = begin; i < end; ++i) {
        const auto neighbour = reader.take<std::int32_t>();
        // A walk on a level must not lead to a node that has no links there.
        if (neighbour < -1 || neighbour >= static_cast<std::int64_t>(count)) Reader::fail();
        if (neighbour >= 0 && hnsw.levels[static_cast<std::size_t>(neighbour)] <= level) Reader::fail();
        hnsw.neighbors[i] = neighbour;
      }
    }
  }
  index.ntotal = static_cast<std::int64_t>(count);
  graph.engine_->storage.ntotal = index.ntotal;
  graph.engine_->linked = linked;
  return graph;
}

}  // namespace workflow
