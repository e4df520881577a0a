// expect: this port carries another type than the operator takes
// expect: Region
#include "workflow/graph/graph.h"
#include "workflow/values/values.h"

struct ReadsImage {
  workflow::Concepts operator()(const workflow::Image&) const { return {}; }
};

void draw(workflow::Port<workflow::Region> regions, workflow::Port<workflow::Image> images) {
  images.then(ReadsImage{});
#ifdef MISUSE
  regions.then(ReadsImage{});
#endif
}
