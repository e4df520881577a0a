#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "workflow/app/records.h"
#include "workflow/app/review.h"
#include "workflow/app/search.h"
#include "workflow/base/export.h"
#include "workflow/base/json.h"
#include "workflow/graph/effect.h"
#include "workflow/values/annotation.h"
#include "workflow/values/concept_graph.h"
#include "workflow/values/hits.h"

namespace workflow {

class Store;

struct AppOptions {
  /// What a write that came back survives. Full: a power loss. Normal: a kill of the process; a power loss may take the last
  /// ones, and never breaks the file. Normal writes several times as much a second.
  enum class Synchronous { Full, Normal };
  Synchronous synchronous = Synchronous::Full;
  std::chrono::milliseconds wait{10'000};  ///< how long a call waits for another process's write; 0..3,600,000
};

/// Inputs, annotations with their statuses, and the decisions of persons, in one SQLite file of a folder.
/// @code
///   auto app = App::open("my-app");
///   bands.review.then(Annotate{.app = app, .status = Status::PendingReview});
///   ...
///   for (const Annotation& it : app.review().next(10, {.by = "ada"})) app.review().approve(it, {.by = "ada"});
/// @endcode
/// A copy is the same app and costs a pointer; so is opening the folder again in this process, whose options then stay as
/// they were first given. Thread-safe; several processes may have it open, of which one at a time writes. After fork(), the
/// child opens it anew. What came back from a call that writes is kept. Every call throws Error, one line that tells the
/// cause: Unavailable for a file that is locked or read-only and for a full disk, Unreadable for a broken one.
class WORKFLOW_EXPORT App {
 public:
  /// No app: a setting that is still to be made. Every call but bool, folder and to_json throws Error (InvalidSetting).
  App() = default;

  /// Opens a folder's app, or makes one there. Throws Error (Unreadable) for one of a newer version of this library.
  static App open(const std::string& folder, const AppOptions& options = {});

  explicit operator bool() const { return store_ != nullptr; }
  std::string folder() const;  ///< as it was opened; empty for no app

  /// How many annotations have a status.
  std::size_t count(Status status) const;

  /// Throws Error (NotFound) for an id that is not there, or no longer.
  Annotation annotation(std::int64_t id) const;
  std::vector<Annotation> annotations(const AnnotationQuery& query = {}) const;

  /// Writes an annotation of the host's own, or of a person; Annotate writes those of a graph. What the app gives (id,
  /// revision, times) is not read. Gives it as it was written. Throws Error (InvalidValue) for scores outside 0..1.
  Annotation submit(const Annotation& annotation) const;

  /// Every move of an annotation, the first one first.
  std::vector<Move> moves(std::int64_t id) const;

  /// The comparisons that led to an annotation, those of the concepts that it lacks among them, as its run made them.
  std::vector<Reason> why(std::int64_t id) const;

  /// Takes back what a run wrote, its vectors too, but for what persons have decided on. Throws Error (NotFound) for an unknown run.
  Undone undo(const std::string& run) const;

  /// The queue of what persons are to look at.
  Review review(const ReviewOptions& options = {}) const;

  /// Adds an input, or changes what is known of it. Annotate adds those that it meets.
  void put(const Input& input) const;
  Input input(const std::string& id) const;  ///< throws Error (NotFound)

  /// The inputs that are like something, the likest first. Throws Error: NotFound for an input or a model that is not there,
  /// InvalidValue for an embedding of another length than the app's, NaN and infinities, InvalidSetting for a picture or a
  /// text before set_embedder(), for several models that fit, and for settings out of range.
  Hits search(const SearchQuery& query) const;

  /// Puts vectors into the search index, all of them or none; each in place of the one that stood for the same thing. The
  /// operator Index puts in those of a graph. Throws Error (InvalidValue) for what search() would refuse, and for another
  /// length than the model's vectors have.
  void index(std::span<const IndexEntry> entries) const;

  /// Takes an input's vectors out; gives how many there were.
  std::size_t remove_from_index(const std::string& input_id) const;

  /// What makes embeddings of the pictures and texts that this process searches for: a model, or a callable.
  void set_embedder(LikeEmbedder embedder) const;

  /// Makes the index in memory and its saved graphs anew from the file, which holds every vector. Never needed for answers
  /// to be right; 100,000 vectors of 512 numbers take about a minute.
  void rebuild_index() const;
  std::vector<IndexReport> index_report() const;  ///< by model

  /// How the app's concepts relate, for MapConcepts and for everybody who opens it.
  ConceptGraph relations() const;
  void set_relations(const ConceptGraph& relations) const;

  /// Writes every input and annotation to a file: aside, then renamed.
  void export_to(const std::string& file, Format format) const;

  /// Reads what export_to wrote, or another program's COCO file; all of it or nothing. An annotation keeps its id where that
  /// is free, and one that is there already is passed over. Gives how many were added. Throws Error (Unreadable) naming the
  /// line or member that is wrong.
  std::size_t import_from(const std::string& file, Format format) const;

  /// What a graph's JSON holds of it: its folder.
  Json to_json() const;
  /// Opens an app that is there. Throws Error: NotFound, InvalidSetting.
  static App from_json(const Json& json);

  /// The library's own: where operators that write to it (Annotate, Index) put their effects, and the file behind it.
  std::shared_ptr<Outlet> outlet() const;
  Store& store() const;

 private:
  explicit App(std::shared_ptr<Store> store) : store_(std::move(store)) {}

  std::shared_ptr<Store> store_;
};

}  // namespace workflow
