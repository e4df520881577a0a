#include "app/vector_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/sip_hash.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

// A walk among few of many rows passes by most of them: it takes as long as comparing all of the few at about this many squared
// over the number of rows (bench/search.cpp).
constexpr double compared_as_quickly = 3000;
constexpr std::size_t least_walk = 120;          // candidates of a walk: recall above 0.99 (bench/search.cpp)

float score_of(VectorMetric metric, float apart) {
  if (metric == VectorMetric::Euclidean) return 1 / (1 + std::sqrt(apart));
  return std::clamp(1 - apart, 0.0f, 1.0f);
}

}  // namespace

// The nearest few of many, the farthest of them on top.
class VectorIndex::Best {
 public:
  explicit Best(std::size_t most) : most_(most) { heap_.reserve(std::min<std::size_t>(most, 1024)); }

  void offer(float apart, std::uint32_t row) {
    const Found found{apart, row};
    if (heap_.size() < most_) {
      heap_.push_back(found);
      std::push_heap(heap_.begin(), heap_.end());
    } else if (found < heap_.front()) {
      std::pop_heap(heap_.begin(), heap_.end());
      heap_.back() = found;
      std::push_heap(heap_.begin(), heap_.end());
    }
  }

  std::vector<Found> sorted() && {
    std::sort_heap(heap_.begin(), heap_.end());
    return std::move(heap_);
  }

 private:
  std::size_t most_;
  std::vector<Found> heap_;
};

VectorIndex::VectorIndex(std::size_t length, std::size_t walk_from) : rows_(length), walk_from_(walk_from) {}

void VectorIndex::check(std::span<const float> vector) const {
  if (vector.size() != length())
    throw Error(ErrorCode::InvalidValue, "search", fmt::format("wanted an embedding of {} numbers, got {}", length(), vector.size()));
  check_numbers(vector);
}

void VectorIndex::add(std::int64_t id, std::span<const float> vector) {
  check(vector);
  if (!ids_.empty() && id <= ids_.back())
    throw Error(ErrorCode::InvalidValue, "search", fmt::format("wanted an id above {}, got {}", ids_.back(), id));
  removed_.push_back(false);
  rows_.add(vector);
  ids_.push_back(id);
}

std::optional<std::size_t> VectorIndex::row_of(std::int64_t id) const {
  const auto found = std::lower_bound(ids_.begin(), ids_.end(), id);
  if (found == ids_.end() || *found != id) return std::nullopt;
  const auto row = static_cast<std::size_t>(found - ids_.begin());
  return removed_[row] ? std::nullopt : std::optional(row);
}

bool VectorIndex::remove(std::int64_t id) {
  const auto row = row_of(id);
  if (!row) return false;
  removed_[*row] = true;
  ++removed_count_;
  if (removed_count_ > 1000 && removed_count_ > ids_.size() / 5) leave_out_removed();
  return true;
}

void VectorIndex::clear() {
  graphs_.clear();
  rows_ = VectorRows(length());
  ids_.clear();
  removed_.clear();
  removed_count_ = 0;
}

void VectorIndex::leave_out_removed() {
  graphs_.clear();  // they go by the rows' numbers
  VectorIndex kept(length(), walk_from_);
  for (std::size_t row = 0; row < ids_.size(); ++row)
    if (!removed_[row]) kept.add(ids_[row], {rows_[row], length()});
  rows_ = std::move(kept.rows_);
  ids_ = std::move(kept.ids_);
  removed_ = std::move(kept.removed_);
  removed_count_ = 0;
}

std::vector<std::uint32_t> VectorIndex::rows_of(std::span<const std::int64_t> ids) const {
  std::vector<std::uint32_t> rows;
  rows.reserve(std::min(ids.size(), ids_.size()));
  auto at = ids_.begin();
  for (const std::int64_t id : ids) {
    at = std::lower_bound(at, ids_.end(), id);
    if (at == ids_.end()) break;
    const auto row = static_cast<std::size_t>(at - ids_.begin());
    if (*at == id && !removed_[row]) rows.push_back(static_cast<std::uint32_t>(row));
  }
  return rows;
}

const HnswGraph* VectorIndex::graph_for(VectorMetric metric) const {
  const auto found = std::find_if(graphs_.begin(), graphs_.end(), [&](const HnswGraph& graph) { return graph.metric() == metric; });
  return found == graphs_.end() ? nullptr : &*found;
}

// All rows from `from` on, or those of `among` that are, one by one.
std::vector<VectorIndex::Found> VectorIndex::compare(const VectorQuery& query, const std::vector<std::uint32_t>* among, std::size_t from) const {
  const float inverse_norm = VectorRows::inverse_norm(query.like);
  Best best(query.top);
  if (among) {
    for (auto row = std::lower_bound(among->begin(), among->end(), from); row != among->end(); ++row)
      best.offer(rows_.apart(query.metric, query.like.data(), inverse_norm, *row), *row);
  } else {
    for (std::size_t row = from; row < ids_.size(); ++row)
      if (!removed_[row]) best.offer(rows_.apart(query.metric, query.like.data(), inverse_norm, row), static_cast<std::uint32_t>(row));
  }
  return std::move(best).sorted();
}

// Of the nearest rows those that count, where they are as many as were asked for; else none: the others lie further away
// than the walk went.
std::optional<std::vector<VectorIndex::Found>> VectorIndex::walk(const VectorQuery& query, const HnswGraph& graph,
                                                                 const std::vector<std::uint32_t>* among) const {
  if (query.top > graph.linked() / 10) return std::nullopt;
  const std::size_t counted = among ? among->size() : size();
  const std::size_t width = std::max(least_walk, query.top + query.top / 2) * ids_.size() / counted;
  if (width > graph.linked() / 10) return std::nullopt;
  std::vector<Found> found;
  const auto take = [&](std::uint32_t row, float apart) {
    if (row < graph.linked() && !removed_[row] && (!among || std::binary_search(among->begin(), among->end(), row))) found.push_back({apart, row});
  };
  for (const auto& [row, apart] : graph.nearest(query.like, width)) {
    take(row, apart);
    for (const std::uint32_t copy : rows_.copies(row)) take(copy, apart);
    if (found.size() >= query.top) return found;
  }
  return std::nullopt;
}

std::vector<Near> VectorIndex::search(const VectorQuery& query) const {
  check(query.like);
  if (query.top == 0) throw Error(ErrorCode::InvalidValue, "search", "top: wanted at least 1, got 0");
  std::optional<std::vector<std::uint32_t>> among;
  if (query.among) among = rows_of(*query.among);
  const std::vector<std::uint32_t>* rows = among ? &*among : nullptr;

  std::vector<Found> found;
  const HnswGraph* graph = graph_for(query.metric);
  std::optional<std::vector<Found>> walked;
  const double compared_anyway = std::min(std::sqrt(compared_as_quickly * static_cast<double>(size())), static_cast<double>(walk_from_));
  if (graph && size() >= walk_from_ && (!rows || static_cast<double>(rows->size()) > compared_anyway)) walked = walk(query, *graph, rows);
  if (walked) {
    found = compare(query, rows, graph->linked());
    found.insert(found.end(), walked->begin(), walked->end());
  } else {
    found = compare(query, rows, 0);
  }

  std::vector<Near> near;
  near.reserve(found.size());
  for (const auto& [apart, row] : found)
    if (const float score = score_of(query.metric, apart); score >= query.at_least) near.push_back({ids_[row], score});
  std::sort(near.begin(), near.end(), [](const Near& a, const Near& b) { return a.score != b.score ? a.score > b.score : a.id < b.id; });
  if (near.size() > query.top) near.resize(query.top);
  return near;
}

bool VectorIndex::wants_links(VectorMetric metric) const {
  if (size() < walk_from_) return false;
  const HnswGraph* graph = graph_for(metric);
  return !graph || graph->linked() < ids_.size();
}

void VectorIndex::link(VectorMetric metric, std::size_t most) {
  if (!wants_links(metric)) return;
  if (!graph_for(metric)) graphs_.emplace_back(rows_, metric);
  const auto graph = std::find_if(graphs_.begin(), graphs_.end(), [&](const HnswGraph& it) { return it.metric() == metric; });
  try {
    graph->link(graph->linked() + std::min(most, ids_.size() - graph->linked()));
  } catch (...) {
    graphs_.erase(graph);  // half linked, it would lead astray
    throw;
  }
}

// Changes with every id and every number of a vector.
std::uint64_t VectorIndex::fingerprint(std::size_t rows) const {
  std::uint64_t hash = length();
  for (std::size_t row = 0; row < rows; ++row)
    hash = sip_hash({reinterpret_cast<const char*>(rows_[row]), length() * sizeof(float)}, hash, static_cast<std::uint64_t>(ids_[row]));
  return hash;
}

std::string VectorIndex::graph_to_bytes(VectorMetric metric) const {
  const HnswGraph* graph = graph_for(metric);
  if (!graph) return {};
  const std::string links = graph->to_bytes();
  std::string bytes(2 * sizeof(std::uint64_t), '\0');
  const std::uint64_t head[] = {fingerprint(graph->linked()), sip_hash(links, 0, 0)};
  std::memcpy(bytes.data(), head, sizeof head);
  return bytes + links;
}

bool VectorIndex::take_graph(VectorMetric metric, std::string_view bytes) {
  std::uint64_t head[2];
  if (bytes.size() < sizeof head) return false;
  std::memcpy(head, bytes.data(), sizeof head);
  bytes.remove_prefix(sizeof head);
  if (sip_hash(bytes, 0, 0) != head[1]) return false;
  try {
    HnswGraph graph = HnswGraph::from_bytes(bytes, rows_, metric);
    if (fingerprint(graph.linked()) != head[0]) return false;
    std::erase_if(graphs_, [&](const HnswGraph& it) { return it.metric() == metric; });
    graphs_.push_back(std::move(graph));
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace workflow
