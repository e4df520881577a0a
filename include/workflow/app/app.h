#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/app/review.h"
#include "workflow/app/search.h"
#include "workflow/base/export.h"
#include "workflow/values/annotation.h"
#include "workflow/values/image.h"

namespace workflow {

/// How sure a write is when it is acknowledged.
enum class Durability {
  Full,    ///< survives power loss (SQLite's synchronous=FULL); writers that come together share one sync
  Normal,  ///< survives kill -9; the last moments may be lost with the power (synchronous=NORMAL)
};

struct AppOptions {
  Durability durability = Durability::Full;
  double wait_seconds = 10;  ///< how long to wait for another process's write before Error (Unavailable); 0..3600
};

/// Which annotations; every field that is set must hold.
struct AnnotationFilter {
  std::optional<std::string> input_id = {};
  std::optional<Status> status = {};
  std::optional<std::string> run = {};
  std::optional<std::string> task = {};
  std::optional<std::string> concept_name = {};
  std::size_t limit = 1000;  ///< at most; at least 1
  std::int64_t after = 0;    ///< only ids above this: for reading on page by page
};

/// An input that the app knows.
struct AppInput {
  std::string id = {};
  std::string content_hash = {};  ///< of the picture, where one was put in; its file is blobs/<hash>
  Json metadata = {};
  std::int64_t created = 0;
  friend bool operator==(const AppInput&, const AppInput&) = default;
};

/// Inputs, annotations, review queue and search index, in one folder: an SQLite file in WAL mode, a vector index, blobs.
/// One writer and many readers at a time, in several processes and threads. Cheap to copy: a copy is the same app.
/// What a call acknowledged by returning is kept, whatever happens to the process afterwards.
/// @code
///   auto app = App::open("my-app");
///   for (const Annotation& it : app.annotations({.status = Status::PendingReview})) ...
/// @endcode
/// Every call throws Error: Unavailable where the database is locked, read-only or the disk is full, Unreadable where it is
/// damaged, InvalidValue for a score that is NaN or outside 0..1; each with its cause in one line.
class WORKFLOW_EXPORT App {
 public:
  /// Opens the folder, made where it is missing. Throws Error (Unreadable) for a file of a newer schema.
  static App open(const std::string& folder, const AppOptions& options = {});

  const std::string& folder() const;

  /// Writes annotations, all of them or none. One whose key is there already is left as it is. Gives how many were new.
  /// Inputs that are not known yet come into being.
  std::size_t write(std::span<const Annotation> annotations);

  /// Puts an input in, or changes its metadata; with a picture, that is kept as a blob.
  void put_input(const std::string& id, const Json& metadata = {}, const Image& picture = {});
  std::optional<AppInput> input(std::string_view id) const;
  std::vector<AppInput> inputs(std::size_t limit = 1000, std::string_view after = {}) const;
  Image picture(std::string_view input_id) const;  ///< Throws Error (NotFound) where none was put in

  std::vector<Annotation> annotations(const AnnotationFilter& filter = {}) const;
  Annotation annotation(std::int64_t id) const;  ///< Throws Error (NotFound)
  std::size_t count() const;
  std::size_t count(Status status) const;

  /// Takes back what a run wrote and nobody has decided on since; gives how many annotations went.
  std::size_t undo(std::string_view run);

  /// Every move of an annotation, the first first.
  std::vector<Move> moves(std::int64_t annotation) const;

  /// How the graph came to an annotation: its path, step by step, with the numbers compared. Empty for a person's own.
  std::vector<std::string> why(std::int64_t annotation) const;

  Review review();

  /// Puts a vector into the index, for an input or one of its annotations; again: replaces it. Throws Error
  /// (InvalidValue) for another dimension than the index has, NaN, or a vector of zeros.
  void index(std::string_view input_id, const Embedding& embedding, std::int64_t annotation = 0);
  void index(std::span<const IndexEntry> entries);  ///< all or none
  std::size_t remove_from_index(std::string_view input_id);
  Hits search(const SearchQuery& query) const;

  /// Exchange: COCO JSON, JSON lines (an annotation a line), CSV. What was exported comes back equal but for ids.
  void export_to(const std::string& file, ExchangeFormat format) const;
  std::size_t import_from(const std::string& file, ExchangeFormat format);

  class Store;
  const std::shared_ptr<Store>& store() const { return store_; }

 private:
  explicit App(std::shared_ptr<Store> store);
  std::shared_ptr<Store> store_;
};

}  // namespace workflow
