#pragma once

#include "nets/torch_version.h"

namespace workflow {

/// While it lives, convolutions and matrix products of this thread compute in bfloat16 where `on` is set.
class MixedPrecision {
 public:
  MixedPrecision(const torch::Device& device, bool on) : device_(device), on_(on) {
    if (!on_) return;
    before_ = autocast_bfloat16(device_.type(), true);
    at::autocast::increment_nesting();
  }
  ~MixedPrecision() {
    if (!on_) return;
    // Casts of the weights are kept until here; the next step's weights are others.
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    autocast_bfloat16(device_.type(), before_);
  }
  MixedPrecision(const MixedPrecision&) = delete;
  MixedPrecision& operator=(const MixedPrecision&) = delete;

 private:
  torch::Device device_;
  bool on_;
  bool before_ = false;
};

/// While it lives, this thread computes in 32 bits again: for losses whose angles or sums bfloat16 is too coarse for.
class FullPrecision {
 public:
  explicit FullPrecision(const torch::Device& device) : device_(device), before_(autocast_bfloat16(device.type(), false)) {}
  ~FullPrecision() { autocast_bfloat16(device_.type(), before_); }
  FullPrecision(const FullPrecision&) = delete;
  FullPrecision& operator=(const FullPrecision&) = delete;

 private:
  torch::Device device_;
  bool before_;
};

/// Whether training in bfloat16 gains anything there; on processors without it, it is slow or fails.
inline bool multiplies_bfloat16(const torch::Device& device) {
  if (device.is_cuda()) return true;
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
  return __builtin_cpu_supports("avx512bf16") > 0;
#else
  return false;
#endif
}

}  // namespace workflow
