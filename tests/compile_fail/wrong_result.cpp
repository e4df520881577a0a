// expect: no member named
#include "workflow/run/executor.h"
#include "workflow/values/values.h"

float top(const workflow::Result& result, workflow::Port<workflow::Region> regions) {
#ifdef MISUSE
  return result[regions].front()->no_such_field;
#else
  return result[regions].front()->score;
#endif
}
