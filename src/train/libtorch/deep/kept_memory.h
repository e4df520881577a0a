#pragma once

namespace workflow {

/// While one of these lives, LibTorch's tensors on the CPU take their memory from a pool that keeps what is freed: glibc hands
/// large blocks back to the kernel, which then zeroes them page by page at every step of a training. With the last of
/// them the pool gives back what it keeps and the host's allocator is set again; tensors made meanwhile stay good.
class KeptMemory {
 public:
  KeptMemory();
  ~KeptMemory();
  KeptMemory(const KeptMemory&) = delete;
  KeptMemory& operator=(const KeptMemory&) = delete;
};

}  // namespace workflow
