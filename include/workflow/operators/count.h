#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "workflow/graph/items.h"
#include "workflow/graph/settings.h"
#include "workflow/values/region.h"

namespace workflow {

/// Counts the items of one parent: a concept for each name that came, its score being the count, and one for all of them.
/// Regions and concepts are counted by their top concept; other values have no names, and give the total alone.
/// A parent without items gives a total of 0.
/// @code
///   photo.then(find_objects).then(Count{}).named("how-many");   // {"total", 3}, {"person", 2}, {"dog", 1}
/// @endcode
struct Count {
  std::string total = "total";  ///< the name for the count of all; empty leaves it out

  static constexpr std::string_view kind = "count";
  static auto settings() { return std::tuple{setting("total", &Count::total)}; }

  template <class T>
  Concepts operator()(Group<T> group) const {
    std::map<std::string, int> counts;
    for (const T& item : group) {
      if constexpr (std::is_same_v<T, Region>) {
        if (!item.concepts.empty()) ++counts[item.concepts.top().name];
      } else if constexpr (std::is_same_v<T, Concepts>) {
        if (!item.empty()) ++counts[item.top().name];
      }
    }
    return list(counts, group.size());
  }

 private:
  WORKFLOW_EXPORT Concepts list(const std::map<std::string, int>& counts, std::size_t all) const;
};

}  // namespace workflow
