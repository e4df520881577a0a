#include "train/libtorch/deep/kept_memory.h"

#include <bit>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <unordered_map>
#include <vector>

#include "nets/torch_version.h"

namespace workflow {
namespace {

constexpr std::size_t alignment = 64;  // of a cache line; what oneDNN likes best
constexpr std::size_t least_kept = std::size_t{1} << 15U;
constexpr std::size_t most_kept = std::size_t{8} << 30U;

// Stands before every block.
struct alignas(alignment) Header {
  std::size_t size;
};

// Sizes that blocks come in: four to each power of two, so that at most a fifth is wasted and few sizes are told apart.
std::size_t block_size(std::size_t wanted) {
  if (wanted < least_kept) return wanted;
  const std::size_t step = std::bit_floor(wanted - 1) / 4;
  return (wanted + step - 1) / step * step;
}

class Pool : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t wanted) WORKFLOW_TORCH_ALLOCATE_CONST override {
    if (wanted == 0) return {nullptr, c10::DeviceType::CPU};
    void* block = take(block_size(wanted));
    return {block, block, &give, c10::DeviceType::CPU};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &give; }

#if TORCH_VERSION_MAJOR >= 2
  void copy_data(void* to, const void* from, std::size_t count) const override { std::memcpy(to, from, count); }
#endif

  void enter() {
    const std::lock_guard lock(mutex_);
    if (users_++ > 0) return;
    before_ = c10::GetAllocator(c10::DeviceType::CPU);
    c10::SetAllocator(c10::DeviceType::CPU, this);
  }

  void leave() {
    const std::lock_guard lock(mutex_);
    if (--users_ > 0) return;
    c10::SetAllocator(c10::DeviceType::CPU, before_);
    for (auto& [size, blocks] : free_)
      for (Header* block : blocks) std::free(block);
    free_.clear();
    kept_ = 0;
  }

 private:
  void* take(std::size_t size) const {
    if (size >= least_kept) {
      const std::lock_guard lock(mutex_);
      const auto found = free_.find(size);
      if (found != free_.end() && !found->second.empty()) {
        Header* block = found->second.back();
        found->second.pop_back();
        kept_ -= size;
        return block + 1;
      }
    }
    void* fresh = std::aligned_alloc(alignment, (sizeof(Header) + size + alignment - 1) / alignment * alignment);
    if (!fresh) throw std::bad_alloc();
    return new (fresh) Header{size} + 1;
  }

  static void give(void* data);

  mutable std::mutex mutex_;
  mutable std::unordered_map<std::size_t, std::vector<Header*>> free_;
  mutable std::size_t kept_ = 0;
  int users_ = 0;
  c10::Allocator* before_ = nullptr;
};

// Never destroyed: a tensor that a host keeps may outlive everything.
Pool& pool() {
  static Pool& the_one = *new Pool;
  return the_one;
}

void Pool::give(void* data) {
  if (!data) return;
  Pool& of = pool();
  Header* block = static_cast<Header*>(data) - 1;
  if (block->size >= least_kept) {
    const std::lock_guard lock(of.mutex_);
    if (of.users_ > 0 && of.kept_ + block->size <= most_kept) {
      of.kept_ += block->size;
      of.free_[block->size].push_back(block);
      return;
    }
  }
  std::free(block);
}

}  // namespace

KeptMemory::KeptMemory() { pool().enter(); }
KeptMemory::~KeptMemory() { pool().leave(); }

}  // namespace workflow
