#include "app/doubt.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

namespace workflow {
namespace {

double edge(const Json& bands, std::string_view name, const std::string& of_concept) {
  const Json* each = bands.find(std::string(name) + "_each");
  const Json* own = each ? each->find(of_concept) : nullptr;
  if (!own) own = bands.find(name);
  return own && own->is_number() ? own->number() : 0.5;
}

}  // namespace

double distance_to_edge(const Concepts& concepts, const Json& bands) {
  if (concepts.empty()) return 0;
  double nearest = 1;
  for (const Concept& it : concepts)
    for (const std::string_view name : {"accept", "review"})
      nearest = std::min(nearest, std::abs(static_cast<double>(it.score) - edge(bands, name, it.name)));
  return nearest;
}

double margin_of(const Concepts& concepts) {
  if (concepts.empty()) return 0;
  const auto best = static_cast<double>(concepts[0].score);
  return concepts.size() > 1 ? best - static_cast<double>(concepts[1].score) : std::abs(2 * best - 1);
}

}  // namespace workflow
