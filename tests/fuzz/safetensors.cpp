#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "weights/weights.h"
#include "workflow/base/error.h"

// Whatever the bytes are: an Error, or tensors that lie inside them and are as long as they say.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    const auto weights = workflow::parse_safetensors(bytes, "fuzz");
    unsigned sum = 0;
    for (const auto& tensor : weights.tensors) {
      if (tensor.data.size() != workflow::byte_count(tensor.shape, workflow::size_of(tensor.dtype))) std::abort();
      for (const auto byte : tensor.data) sum += std::to_integer<unsigned>(byte);
    }
    volatile unsigned read = sum;
    static_cast<void>(read);
  } catch (const workflow::Error&) {
  }
  return 0;
}
