#include "app/search_index.h"

#include <fmt/format.h>

#include <cstring>
#include <filesystem>

#include "base/atomic_file.h"
#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "base/sip_hash.h"
#include "workflow/base/error.h"
#include "workflow/base/log.h"

namespace workflow {
namespace {

// A search links so many further rows at most, a second's work, so that none waits for a graph to be whole.
constexpr std::size_t linked_at_once = 2000;

}  // namespace

std::vector<VectorModel> vector_models(Database& db) {
  std::vector<VectorModel> models;
  // Hops from model to model in the table's index, instead of reading every row.
  Query rows = db.query(R"(
      WITH RECURSIVE names (name) AS (
        SELECT min(model) FROM vectors
        UNION ALL SELECT (SELECT min(model) FROM vectors WHERE model > name) FROM names WHERE name IS NOT NULL)
      SELECT name, (SELECT length(vector) FROM vectors WHERE model = name LIMIT 1) FROM names WHERE name IS NOT NULL)");
  while (rows.next()) models.push_back({std::string(rows.text(0)), static_cast<std::size_t>(rows.integer(1)) / sizeof(float)});
  return models;
}

std::shared_ptr<SearchIndex::Space> SearchIndex::space(const VectorModel& model) {
  const std::lock_guard lock(mutex_);
  auto& space = spaces_[model.name];
  // Once all of a model's vectors are gone, others of the same name may be of another length.
  if (!space || space->vectors.length() != model.length) space = std::make_shared<Space>(model.length);
  return space;
}

void SearchIndex::sync(Database& db, const std::string& model, Space& space) {
  // The table holds the last removals alone. Who has read no vector yet needs none of them; who missed some starts anew.
  {
    Query kept = db.query("SELECT min(id), max(id) FROM removed_vectors");
    const bool are_some = kept.next() && !kept.is_null(0);
    if (are_some && kept.integer(0) > space.last_removal + 1 && space.last_vector > 0) {
      const std::unique_lock lock(space.changes);
      space.vectors.clear();
      space.saved.clear();
      space.last_vector = 0;
    }
    if (are_some && space.last_vector == 0) space.last_removal = kept.integer(1);
  }
  // The removals first: a vector that was put in anew has a higher id than the one that it stands for.
  Query gone = db.query("SELECT id, vector FROM removed_vectors WHERE id > ?", space.last_removal);
  for (std::unique_lock<std::shared_mutex> lock; gone.next();) {
    if (!lock) lock = std::unique_lock(space.changes);
    space.vectors.remove(gone.integer(1));
    space.last_removal = gone.integer(0);
  }
  Query added = db.query("SELECT id, vector FROM vectors WHERE model = ? AND id > ? ORDER BY id", model, space.last_vector);
  std::vector<float> numbers(space.vectors.length());
  for (std::unique_lock<std::shared_mutex> lock; added.next();) {
    if (!lock) lock = std::unique_lock(space.changes);
    const auto bytes = added.bytes(1);
    space.last_vector = added.integer(0);
    if (bytes.size() != numbers.size() * sizeof(float))
      throw Error(ErrorCode::Unreadable, "search", fmt::format("the vector {} of {} is damaged; put its input in again", space.last_vector,
                                                               in_quotes(model)));
    std::memcpy(numbers.data(), bytes.data(), bytes.size());
    space.vectors.add(space.last_vector, numbers);
  }
}

std::vector<std::vector<Near>> SearchIndex::search(Database& db, const VectorModel& model, const VectorQuery& how,
                                                   std::span<const Embedding* const> likes) {
  const std::shared_ptr<Space> space = this->space(model);
  {
    const std::lock_guard lock(space->one_syncs);
    sync(db, model.name, *space);
  }
  // One thread links; the others meanwhile compare what is not linked yet.
  if (std::unique_lock lock(space->one_syncs, std::try_to_lock); lock) link(model.name, *space, how.metric, linked_at_once);
  const std::shared_lock lock(space->changes);
  std::vector<std::vector<Near>> found;
  for (const Embedding* like : likes) {
    VectorQuery query = how;
    query.like = like->values;
    found.push_back(space->vectors.search(query));
  }
  return found;
}

void SearchIndex::link(const std::string& model, Space& space, VectorMetric metric, std::size_t most) {
  if (!space.vectors.wants_links(metric)) return;
  const auto [saved, is_first] = space.saved.emplace(metric, 0);
  const std::unique_lock lock(space.changes);
  if (is_first) {
    try {
      const MappedFile file(graph_file(model, metric), "search");
      if (space.vectors.take_graph(metric, file.text()))
        saved->second = space.vectors.linked(metric);
      else
        log(LogLevel::Info, fmt::format("search: the graph of {} is of other vectors or damaged; it is made anew", in_quotes(model)));
    } catch (const Error&) {
      // None was saved yet.
    }
  }
  space.vectors.link(metric, most);
  // Saved where it grew by a tenth, so that all its savings together cost a few of the last one.
  if (space.vectors.wants_links(metric) || space.vectors.linked(metric) < saved->second + saved->second / 10 + 1) return;
  save(model, space, metric);
}

void SearchIndex::save(const std::string& model, Space& space, VectorMetric metric) {
  space.saved[metric] = space.vectors.linked(metric);
  try {
    const std::string file = graph_file(model, metric);
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    AtomicFile out(file, "search");
    out.write(space.vectors.graph_to_bytes(metric));
    out.commit();
  } catch (const std::exception& error) {
    log(LogLevel::Warning, fmt::format("search: the graph could not be saved, so it is made anew when the app is opened: {}", error.what()));
  }
}

void SearchIndex::rebuild(Database& db) {
  {
    const std::lock_guard lock(mutex_);
    spaces_.clear();
  }
  std::error_code ignored;
  std::filesystem::remove_all(std::filesystem::path(folder_) / "search", ignored);
  for (const VectorModel& model : vector_models(db)) {
    const std::shared_ptr<Space> fresh = space(model);
    const std::lock_guard lock(fresh->one_syncs);
    sync(db, model.name, *fresh);
    link(model.name, *fresh, VectorMetric::Cosine, fresh->vectors.size());
  }
}

std::vector<IndexReport> SearchIndex::report(Database& db) {
  std::vector<IndexReport> reports;
  for (const VectorModel& model : vector_models(db)) {
    const std::shared_ptr<Space> space = this->space(model);
    const std::lock_guard lock(space->one_syncs);
    sync(db, model.name, *space);
    reports.push_back({.model = model.name,
                       .length = model.length,
                       .vectors = space->vectors.size(),
                       .linked = space->vectors.linked(VectorMetric::Cosine)});
  }
  return reports;
}

std::string SearchIndex::graph_file(const std::string& model, VectorMetric metric) const {
  const auto* word = metric == VectorMetric::Cosine ? "cosine" : "euclidean";
  return (std::filesystem::path(folder_) / "search" / fmt::format("{:016x}-{}.graph", sip_hash(model, 0, 0), word)).string();
}

void SearchIndex::set_embedder(LikeEmbedder embedder) {
  const std::lock_guard lock(mutex_);
  embedder_ = std::move(embedder);
}

LikeEmbedder SearchIndex::embedder() const {
  const std::lock_guard lock(mutex_);
  return embedder_;
}

}  // namespace workflow
