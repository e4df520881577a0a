// expect: this port carries another type than the operator takes
// expect: Track
#include "workflow/graph/graph.h"
#include "workflow/operators/track.h"

void draw(workflow::Port<workflow::Image> frames, workflow::Port<workflow::Region> regions) {
  regions.then(workflow::Track{});
  frames.then(workflow::Track{}, regions);
#ifdef MISUSE
  frames.then(workflow::Track{});
#endif
}
