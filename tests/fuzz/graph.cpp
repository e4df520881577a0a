// Graph::from_json on whatever bytes, with every built-in operator that needs neither LibTorch nor a database.
#include "workflow/graph/graph.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "operators/built_in.h"
#include "workflow/base/error.h"
#include "workflow/graph/operators.h"

namespace workflow {

// The real list holds the models, whose catalogue stands on LibTorch.
const Operators& Operators::standard() {
  static const Operators all = [] {
    Operators list;
    add_built_in_operators(list);
    return list;
  }();
  return all;
}

// Only models look into the catalogue, and here are none.
class Catalogue {};

}  // namespace workflow

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const workflow::Catalogue none;
  try {
    const auto graph =
        workflow::Graph::from_json(std::string_view(reinterpret_cast<const char*>(data), size), none, workflow::Operators::standard());
    // What was read prints, and reads back as the same.
    const workflow::Json json = graph.to_json();
    graph.check();
    graph.to_dot();
    const auto again = workflow::Graph::from_json(json.dump(), none, workflow::Operators::standard());
    if (!(again.to_json() == json)) __builtin_trap();
  } catch (const workflow::Error& error) {
    if (std::string_view(error.what()).substr(0, std::string_view(error.what()).find('\n')).size() > 200) __builtin_trap();
  }
  return 0;
}
