#pragma once

#include <any>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "workflow/graph/effect.h"

namespace workflow {

/// Something that a graph saw and that somebody is to be told of.
struct Event {
  std::string id = {};    ///< the same for each delivery of the same event, and for a repeat of the run that made it
  std::string name = {};  ///< what Notify calls it
  Json body = {};         ///< input, path, graph, step, model, bounding_box, value: docs/formats.md
  int attempt = 1;        ///< 1 for its first delivery, more for those after a failure
};

struct OutboxOptions {
  std::string hook = {};  ///< an http or https URL: each event is posted to it as JSON, and any answer of 200..299 takes it
  std::function<void(const Event&)> receive = {};  ///< or the host's own: returning takes the event, throwing does not;
                                                   ///< called from the outbox's thread, one event after the other
  double first_wait = 1;         ///< seconds from a failed delivery to the next one; doubles with each; 0.001..86,400
  double longest_wait = 600;     ///< seconds, at least first_wait
  double timeout = 10;           ///< seconds for the hook to answer; above 0
  std::size_t most = 1'000'000;  ///< events that may wait; more are refused; at least 1
  double remember = 30;          ///< days for which a delivered event's id is known, so that a repeat is none; above 0
};

/// Where events wait until they are delivered: a SQLite file. What a run commits to it is kept before the run goes on, and
/// is delivered at least once, in the order of its commit as long as nothing fails, retried with growing waits, and survives
/// a kill. A receiver sees an event twice where it, or this process, died between taking it and saying so: `Event::id`
/// tells.
/// @code
///   auto outbox = Outbox::open("events.db", {.hook = "https://example.org/hook"});
///   faces.then(Notify{.outbox = outbox, .event = "face-seen"});
///   outbox.wait(10);   // at the end: up to ten seconds for the last ones
/// @endcode
/// A copy is the same outbox and costs a pointer. Its thread ends with the last copy; what is not delivered then waits for
/// the next who opens the file. Thread-safe; several processes may have one file open, and each event goes to one of them.
class WORKFLOW_EXPORT Outbox {
 public:
  /// No outbox: a setting that is still to be made.
  Outbox() = default;

  /// Opens a file, or makes one. With neither hook nor receiver events are kept and wait. Throws Error: InvalidSetting, and
  /// Unavailable or Unreadable with the cause for a file that cannot be used.
  static Outbox open(const std::string& file, OutboxOptions options = {});

  explicit operator bool() const { return keeper_ != nullptr; }
  std::string file() const;

  /// Events that are not delivered yet. Throws Error as open() does, and InvalidSetting for no outbox.
  std::size_t waiting() const;

  /// The reason why the event that was tried last was not delivered; empty where it was.
  std::string last_error() const;

  /// Waits until every event is delivered, at most so long; tells whether it is so.
  bool wait(double seconds) const;

  /// What a graph's JSON holds of it: its file and its hook. A host's own receiver is not in it; open the outbox first, and
  /// from_json gives the one that this process has open.
  Json to_json() const;
  static Outbox from_json(const Json& json);

  /// What Notify puts into a run, and where that goes.
  std::any effect(std::string_view event, Json value, const EffectContext& context) const;
  std::shared_ptr<Outlet> outlet() const;

 private:
  class Keeper;
  explicit Outbox(std::shared_ptr<Keeper> keeper) : keeper_(std::move(keeper)) {}
  Keeper& keeper() const;

  std::shared_ptr<Keeper> keeper_;
};

}  // namespace workflow
