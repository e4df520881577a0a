// expect: Write takes built-in values, numbers, strings, and types with `Json to_json() const`
#include "workflow/graph/graph.h"
#include "workflow/operators/write.h"

struct Secret {
  int number = 0;
};

void draw(workflow::Port<workflow::Region> regions) {
  regions.then(workflow::Write{.folder = "out"});
#ifdef MISUSE
  regions.then([](const workflow::Region&) { return Secret{}; }).then(workflow::Write{.folder = "out"});
#endif
}
