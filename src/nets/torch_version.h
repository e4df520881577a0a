#pragma once

#include <ATen/autocast_mode.h>
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

#if TORCH_VERSION_MAJOR < 2
#define WORKFLOW_TORCH_ALLOCATE_CONST const
#else
#define WORKFLOW_TORCH_ALLOCATE_CONST
#endif

/// Switches autocast to bfloat16 on or off for this thread; gives what was set before.
inline bool autocast_bfloat16(c10::DeviceType type, bool on) {
#if TORCH_VERSION_MAJOR < 2
  const bool is_cuda = type == c10::DeviceType::CUDA;
  const bool before = is_cuda ? at::autocast::is_enabled() : at::autocast::is_cpu_enabled();
  if (is_cuda) {
    at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
    at::autocast::set_enabled(on);
  } else {
    at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
    at::autocast::set_cpu_enabled(on);
  }
#else
  const bool before = at::autocast::is_autocast_enabled(type);
  at::autocast::set_autocast_dtype(type, at::kBFloat16);
  at::autocast::set_autocast_enabled(type, on);
#endif
  return before;
}

}  // namespace workflow
