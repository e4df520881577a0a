#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "workflow/base/export.h"
#include "workflow/base/json.h"
#include "workflow/values/status.h"

namespace workflow {

class Outlet;
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
///   app.count(Status::PendingReview);
/// @endcode
/// A copy is the same app and costs a pointer; so is opening the folder again in this process. Thread-safe; several
/// processes may have it open, of which one at a time writes. After fork(), the child opens it anew.
class WORKFLOW_EXPORT App {
 public:
  /// No app: a setting that is still to be made. Every call but bool, folder and to_json throws Error (InvalidSetting).
  App() = default;

  /// Opens a folder's app, or makes one there. Throws Error, one line that tells the cause: Unavailable for a file that is
  /// locked or read-only and for a full disk, Unreadable for a broken one or one of a newer version of this library.
  static App open(const std::string& folder, const AppOptions& options = {});

  explicit operator bool() const { return store_ != nullptr; }
  std::string folder() const;  ///< as it was opened; empty for no app

  /// How many annotations have a status.
  std::size_t count(Status status) const;

  /// What a graph's JSON holds of it: its folder.
  Json to_json() const;
  /// Opens an app that is there. Throws Error: NotFound, InvalidSetting, and what open() throws.
  static App from_json(const Json& json);

  /// The library's own: where operators that write to it (Annotate, Index) put their effects, and the file behind it.
  std::shared_ptr<Outlet> outlet() const;
  Store& store() const;

 private:
  explicit App(std::shared_ptr<Store> store) : store_(std::move(store)) {}

  std::shared_ptr<Store> store_;
};

}  // namespace workflow
