// expect: error
#include "workflow/operators/bands.h"
#include "workflow/values/values.h"

void draw(workflow::Port<workflow::Concepts> concepts, workflow::Port<workflow::Image> images) {
  concepts.split(workflow::Bands{});
#ifdef MISUSE
  images.split(workflow::Bands{});
#endif
}
