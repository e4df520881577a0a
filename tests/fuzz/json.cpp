#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "workflow/base/error.h"
#include "workflow/base/json.h"

// Whatever the bytes are: a value or an Error. A value prints as text that reads back as the same text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto json = workflow::Json::parse({reinterpret_cast<const char*>(data), size});
    const std::string text = json.dump();
    const auto again = workflow::Json::parse(text);
    if (!(again == json) || again.dump() != text || !(workflow::Json::parse(json.dump(2)) == json)) std::abort();
  } catch (const workflow::Error&) {
  }
  return 0;
}
