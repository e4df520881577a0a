#pragma once

#include <functional>
#include <string_view>

#include "workflow/base/export.h"

namespace workflow {

enum class LogLevel { Debug, Info, Warning };

/// Takes what the library has to say; called from any thread, one call at a time.
using LogSink = std::function<void(LogLevel, std::string_view)>;

/// Sets the process's sink; an empty one (the default) is silence: the library never prints on its own.
WORKFLOW_EXPORT void set_log_sink(LogSink sink);

/// Hands a line to the host's sink.
WORKFLOW_EXPORT void log(LogLevel level, std::string_view line);

}  // namespace workflow
