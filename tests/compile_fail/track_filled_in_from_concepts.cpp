// expect: these two ports carry other types than the operator takes
#include "workflow/graph/graph.h"
#include "workflow/operators/track.h"

void draw(workflow::Port<workflow::Image> frames, workflow::Port<workflow::Region> regions, workflow::Port<workflow::Concepts> concepts) {
  frames.then(workflow::Track{}, regions);
#ifdef MISUSE
  frames.then(workflow::Track{}, concepts);
#endif
}
