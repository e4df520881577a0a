#include "workflow/base/log.h"

#include <mutex>

namespace workflow {
namespace {

struct Sink {
  std::mutex mutex;
  LogSink write;
};

Sink& sink() {
  static Sink the_sink;
  return the_sink;
}

}  // namespace

void set_log_sink(LogSink write) {
  const std::lock_guard lock(sink().mutex);
  sink().write = std::move(write);
}

void log(LogLevel level, std::string_view line) {
  const std::lock_guard lock(sink().mutex);
  if (sink().write) sink().write(level, line);
}

}  // namespace workflow
