#include "workflow/graph/operators.h"
#include "workflow/model/classifier.h"
#include "workflow/model/detector.h"
#include "workflow/model/embedder.h"
#include "workflow/model/landmarker.h"
#include "workflow/operators/operators.h"

namespace workflow {

const Operators& Operators::standard() {
  static const Operators all = [] {
    Operators list;
    list.add<Annotate>();
    list.add<Average>();
    list.add<Band>();
    list.add<Classifier>();
    list.add<Cluster>();
    list.add<ConceptsOf>();
    list.add<Count>();
    list.add<Crop>();
    list.add<Detector>();
    list.add<Embedder>();
    list.add<Keep>();
    list.add<Landmarker>();
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

}  // namespace workflow
