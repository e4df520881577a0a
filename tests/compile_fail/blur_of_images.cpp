// expect: this port carries another type than the operator takes
// expect: Blur
#include "workflow/graph/graph.h"
#include "workflow/operators/blur.h"

void draw(workflow::Port<workflow::Image> photos, workflow::Port<workflow::Region> faces) {
  faces.then(workflow::Blur{});
#ifdef MISUSE
  photos.then(workflow::Blur{});
#endif
}
