#pragma once

#include <string>
#include <string_view>

#include "nets/torch_version.h"
#include "workflow/base/error.h"

namespace workflow {

/// Runs `f`; what LibTorch throws leaves as an Error (Failed) with the first line of its message and no trace.
template <class F>
auto guarded(std::string_view place, F&& f) {
  try {
    return f();
  } catch (const c10::Error& error) {
    const std::string message = message_of(error);
    throw Error(ErrorCode::Failed, place, "LibTorch: " + message.substr(0, message.find('\n')));
  }
}

}  // namespace workflow
