// Graph::from_json on whatever bytes, with every built-in operator that needs neither LibTorch nor a database.
#include "workflow/graph/graph.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "workflow/base/error.h"
#include "workflow/graph/operators.h"
#include "workflow/operators/average.h"
#include "workflow/operators/bands.h"
#include "workflow/operators/cluster.h"
#include "workflow/operators/concepts_of.h"
#include "workflow/operators/count.h"
#include "workflow/operators/crop.h"
#include "workflow/operators/keep.h"
#include "workflow/operators/map_concepts.h"
#include "workflow/operators/merge_tiles.h"
#include "workflow/operators/nearest.h"
#include "workflow/operators/non_maximum_suppression.h"
#include "workflow/operators/resize.h"
#include "workflow/operators/sample.h"
#include "workflow/operators/threshold.h"
#include "workflow/operators/tile.h"
#include "workflow/operators/top_k.h"
#include "workflow/operators/vote.h"

namespace workflow {

// The real list holds the models, whose catalogue stands on LibTorch.
const Operators& Operators::standard() {
  static const Operators all = [] {
    Operators list;
    list.add<Average>();
    list.add<Band>();
    list.add<Cluster>();
    list.add<ConceptsOf>();
    list.add<Count>();
    list.add<Crop>();
    list.add<Keep>();
    list.add<MapConcepts>();
    list.add<MergeTiles>();
    list.add<Nearest>();
    list.add<NonMaximumSuppression>();
    list.add<Resize>();
    list.add<Sample>();
    list.add<Threshold>();
    list.add<Tile>();
    list.add<TopK>();
    list.add<Vote>();
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
