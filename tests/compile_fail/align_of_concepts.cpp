// expect: this port carries another type than the operator takes
// expect: Align
#include "workflow/graph/graph.h"
#include "workflow/operators/align.h"

void draw(workflow::Port<workflow::Landmarks> landmarks, workflow::Port<workflow::Concepts> concepts) {
  landmarks.then(workflow::Align{});
#ifdef MISUSE
  concepts.then(workflow::Align{});
#endif
}
