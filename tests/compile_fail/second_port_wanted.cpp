// expect: this operator takes two ports: port.then(op, second)
#include "workflow/graph/graph.h"
#include "workflow/operators/reuse.h"

void draw(workflow::Port<workflow::Region> tracked, workflow::Port<workflow::Concepts> read) {
  tracked.then(workflow::Reuse{}, read);
#ifdef MISUSE
  tracked.then(workflow::Reuse{});
#endif
}
