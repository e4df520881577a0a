#include "workflow/graph/operators.h"
#include "workflow/operators/operators.h"

namespace workflow {

const Operators& Operators::standard() {
  static const Operators all = [] {
    Operators list;
    list.add<Band>();
    list.add<Count>();
    list.add<Crop>();
    list.add<Keep>();
    list.add<MergeTiles>();
    list.add<NonMaximumSuppression>();
    list.add<Resize>();
    list.add<Tile>();
    list.add<TopK>();
    return list;
  }();
  return all;
}

}  // namespace workflow
