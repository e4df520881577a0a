#include <cstddef>
#include <cstdint>
#include <string_view>

#include "catalogue/module_literal.h"
#include "workflow/base/error.h"

// A JavaScript module that exports a literal: an Error, or JSON; a text in it is taken for base64 as well.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto json = workflow::exported_literal({reinterpret_cast<const char*>(data), size}, "fuzz");
    if (json.is_string()) (void)workflow::base64_bytes(json.string(), "fuzz");
  } catch (const workflow::Error&) {
  }
  return 0;
}
