#pragma once

#include <torch/torch.h>
#include <torch/version.h>

#include <string>

// What differs between LibTorch 1.13 (Debian 12) and 2.6 (Debian 13), in one place.

namespace workflow {

/// An error of LibTorch's without the trace of its own sources.
inline std::string message_of(const c10::Error& error) { return error.what_without_backtrace(); }

/// An operator that some builds of LibTorch lack (those without oneDNN); null where it is not registered.
inline c10::optional<c10::OperatorHandle> find_operator(const char* name) {
  return c10::Dispatcher::singleton().findSchema({name, ""});
}

}  // namespace workflow
