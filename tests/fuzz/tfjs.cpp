#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "weights/weights.h"
#include "workflow/base/error.h"

// A manifest up to the first zero byte (JSON has none), the shards' bytes after it: an Error, or tensors as long as
// they say.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const auto manifest = all.substr(0, all.find('\0'));
  const auto shards = all.substr(manifest.size() < size ? manifest.size() + 1 : size);
  try {
    const auto weights = workflow::parse_tfjs(manifest, std::as_bytes(std::span(shards)), "fuzz");
    for (const auto& tensor : weights.tensors) {
      if (tensor.data.size() != workflow::byte_count(tensor.shape, workflow::size_of(tensor.dtype))) std::abort();
    }
  } catch (const workflow::Error&) {
  }
  return 0;
}
