// expect: error
#include "workflow/graph/items.h"

int count(workflow::Group<int> group) { return static_cast<int>(group.size()); }

int pass(workflow::Batch<int> batch) {
#ifdef MISUSE
  return count(batch);
#else
  return count(workflow::Group<int>(batch.span()));
#endif
}
