#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "app/database.h"
#include "app/vector_index.h"
#include "workflow/app/search.h"

namespace workflow {

/// A model whose vectors an app has.
struct VectorModel {
  std::string name = {};
  std::size_t length = 0;  ///< numbers of each vector
};
std::vector<VectorModel> vector_models(Database& db);

/// The vectors of an app in memory, by the model that made them. SQLite's table is what holds: before every search the
/// index takes what was added and removed there since, by whichever process. Thread-safe.
class SearchIndex {
 public:
  /// Graphs are saved below `folder`, so that another process need not link them again.
  explicit SearchIndex(std::string folder) : folder_(std::move(folder)) {}

  /// For each of `likes`, which are as long as the model's vectors, those that are nearest, of the state that `db`'s
  /// transaction sees or a later one. `how` tells the rest.
  std::vector<std::vector<Near>> search(Database& db, const VectorModel& model, const VectorQuery& how,
                                        std::span<const Embedding* const> likes);

  /// Makes everything in memory and in the graphs' files anew.
  void rebuild(Database& db);

  std::vector<IndexReport> report(Database& db);

  void set_embedder(LikeEmbedder embedder);
  LikeEmbedder embedder() const;

 private:
  /// The vectors of one model.
  struct Space {
    explicit Space(std::size_t length) : vectors(length) {}

    std::mutex one_syncs;             // held by who reads the table or links; taken before `changes`
    std::shared_mutex changes;        // exclusively by who changes the vectors, shared by who searches
    VectorIndex vectors;
    std::int64_t last_vector = 0;     // up to which row the table of vectors was read
    std::int64_t last_removal = 0;    // and the one of those removed
    std::map<VectorMetric, std::size_t> saved = {};  // rows linked in each metric's file, once that was looked for
  };

  std::shared_ptr<Space> space(const VectorModel& model);
  void sync(Database& db, const std::string& model, Space& space);
  void link(const std::string& model, Space& space, VectorMetric metric, std::size_t most);
  void save(const std::string& model, Space& space, VectorMetric metric);
  std::string graph_file(const std::string& model, VectorMetric metric) const;

  std::string folder_;
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::string, std::shared_ptr<Space>> spaces_;
  LikeEmbedder embedder_;
};

}  // namespace workflow
