#include "workflow/graph/tally.h"

#include <utility>

#include "graph/tally_scope.h"

namespace workflow {
namespace {

thread_local Tallies* current = nullptr;

}  // namespace

TallyScope::TallyScope(Tallies& into) : before_(std::exchange(current, &into)) {}
TallyScope::~TallyScope() { current = before_; }

void tally(std::string_view what) {
  if (!current) return;
  if (const auto found = current->find(what); found != current->end())
    ++found->second;
  else
    current->emplace(what, 1);
}

}  // namespace workflow
