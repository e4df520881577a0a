// expect: an operator on a Batch gives a std::vector with one result for each item
#include "workflow/graph/graph.h"
#include "workflow/values/values.h"

void draw(workflow::Port<workflow::Image> images) {
  images.then([](workflow::Batch<workflow::Image> batch) { return std::vector<int>(batch.size()); });
#ifdef MISUSE
  images.then([](workflow::Batch<workflow::Image> batch) { return static_cast<int>(batch.size()); });
#endif
}
