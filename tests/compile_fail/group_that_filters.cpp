// expect: a group has no single value to keep or drop
#include "workflow/graph/graph.h"
#include "workflow/values/values.h"

void draw(workflow::Port<workflow::Region> regions) {
  regions.then([](workflow::Group<workflow::Region> group) { return group.size(); });
#ifdef MISUSE
  regions.then([](workflow::Group<workflow::Region> group) { return group.empty(); });
#endif
}
