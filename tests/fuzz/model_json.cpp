#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/preprocess_json.h"
#include "workflow/base/error.h"
#include "workflow/model/spec.h"

// Whatever the text is: an Error, or a manifest that reads back as it was written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const workflow::Json json = workflow::Json::parse({reinterpret_cast<const char*>(data), size});
    const auto spec = workflow::ModelSpec::from_json(json);
    if (!(workflow::ModelSpec::from_json(spec.to_json()) == spec)) std::abort();
    (void)workflow::preprocess_from_json(spec.preprocessing, spec.name());
  } catch (const workflow::Error&) {
  }
  return 0;
}
