#include "operators/built_in.h"

#include "workflow/operators/operators.h"

namespace workflow {

void add_built_in_operators(Operators& list) {
  list.add<Align>();
  list.add<Average>();
  list.add<Band>();
  list.add<Barcode>();
  list.add<Blur>();
  list.add<Cluster>();
  list.add<ConceptsOf>();
  list.add<Count>();
  list.add<Crop>();
  list.add<Grayscale>();
  list.add<JoinText>();
  list.add<Keep>();
  list.add<Keywords>();
  list.add<MapConcepts>();
  list.add<MergeTiles>();
  list.add<Nearest>();
  list.add<NonMaximumSuppression>();
  list.add<Redetect>();
  list.add<Regex>();
  list.add<Resize>();
  list.add<Reuse>();
  list.add<Rotate>();
  list.add<Sample>();
  list.add<Sentences>();
  list.add<Threshold>();
  list.add<Tile>();
  list.add<TopK>();
  list.add<Track>();
  list.add<Vote>();
  list.add<Write>();
}

}  // namespace workflow
