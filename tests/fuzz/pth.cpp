#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "base/zip.h"
#include "weights/pth.h"
#include "workflow/base/error.h"

namespace {

void look_at(const workflow::Weights& weights) {
  unsigned sum = 0;
  for (const auto& tensor : weights.tensors) {
    if (tensor.data.size() != workflow::byte_count(tensor.shape, workflow::size_of(tensor.dtype))) std::abort();
    for (const auto byte : tensor.data) sum += std::to_integer<unsigned>(byte);
  }
  volatile unsigned read = sum;
  static_cast<void>(read);
}

}  // namespace

// Whatever the bytes are: an Error, or tensors that lie inside them and are as long as they say. Bytes that are neither a
// zip archive nor a pickle stand for the pickle inside an archive, which chance would hardly sum up right.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    look_at(workflow::parse_weights(bytes, "fuzz"));
  } catch (const workflow::Error&) {
  }
  try {
    look_at(workflow::parse_pickle(bytes, {{"0", bytes.first(size / 8 * 8)}}, 1 << 20, "fuzz"));
  } catch (const workflow::Error&) {
  }
  try {
    for (const auto& entry : workflow::read_zip(bytes, "fuzz", "zip")) (void)workflow::has_right_sum(entry);
  } catch (const workflow::Error&) {
  }
  return 0;
}
