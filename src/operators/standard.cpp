#include "operators/built_in.h"
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
    add_built_in_operators(list);
    list.add<Classifier>();
    list.add<Detector>();
    list.add<Embedder>();
    list.add<Index>();
    list.add<Landmarker>();
    list.add<Notify>();
    list.add<Search>();
    return list;
  }();
  return all;
}

}  // namespace workflow
