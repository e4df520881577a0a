#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/database.h"
#include "workflow/operators/outbox.h"

namespace workflow {

/// An outbox's file. One connection: one thread at a time. Times are seconds since 1970. Throws Error with the cause.
class EventStore {
 public:
  struct Row {
    std::string id;
    std::string name;
    std::string body;
  };
  struct Due {
    std::int64_t number;
    Event event;
  };

  explicit EventStore(const std::string& file);

  /// Keeps events that are not known yet, all of them or none, and comes back once they are on the disk. Throws Error
  /// (Unavailable) where more than `most` would wait.
  void add(std::span<const Row> rows, std::size_t most);

  /// The next events to deliver, in their order.
  std::vector<Due> due(std::size_t count);

  void delivered(std::span<const std::int64_t> numbers);
  void failed(std::int64_t number, double wait, const std::string& why);

  /// Seconds until the next event is due; `otherwise` where none waits.
  double next_in(double otherwise);

  std::size_t waiting();
  std::string last_error();

  /// Forgets the ids of events that were delivered so long ago.
  void forget(double days);

 private:
  Database database_;
};

}  // namespace workflow
