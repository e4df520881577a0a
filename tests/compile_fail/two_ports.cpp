// expect: these two ports carry other types than the operator takes
#include "workflow/graph/graph.h"
#include "workflow/values/values.h"

struct Joins {
  workflow::Concepts operator()(const workflow::Concepts& a, const workflow::Concepts&) const { return a; }
};

void draw(workflow::Port<workflow::Concepts> a, workflow::Port<workflow::Concepts> b, workflow::Port<workflow::Image> image) {
  a.then(Joins{}, b);
#ifdef MISUSE
  a.then(Joins{}, image);
#endif
}
