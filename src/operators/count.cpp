#include "workflow/operators/count.h"

namespace workflow {

Concepts Count::list(const std::map<std::string, int>& counts, std::size_t all) const {
  std::vector<Concept> list;
  if (!total.empty()) list.push_back({total, static_cast<float>(all)});
  for (const auto& [name, count] : counts) list.push_back({name, static_cast<float>(count)});
  return Concepts(std::move(list));
}

}  // namespace workflow
