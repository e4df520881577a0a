#include "app/k_centre.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>

#include "app/embedding_row.h"

namespace workflow {
namespace {

struct Placed {
  std::int64_t id;
  Embedding at;
  double far = std::numeric_limits<double>::infinity();  // from the nearest one that is chosen
};

// Only places in one space can be compared: that of the model that most of them were embedded by.
std::string commonest_model(Database& db, const std::vector<std::int64_t>& ids) {
  std::map<std::string, int> counts;
  for (const std::int64_t id : ids) {
    Query models = db.query(
        R"(SELECT DISTINCT v.model FROM annotations a JOIN vectors v ON v.input = a.input AND v.annotation IN (0, a.id) WHERE a.id = ?)", id);
    while (models.next()) ++counts[std::string(models.text(0))];
  }
  const auto best = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return best == counts.end() ? "" : best->first;
}

}  // namespace

std::vector<std::int64_t> far_apart(Database& db, const std::vector<std::int64_t>& ids, std::size_t most) {
  const std::string model = commonest_model(db, ids);
  std::vector<Placed> placed;
  std::vector<std::int64_t> chosen;
  std::vector<std::int64_t> nowhere;
  for (const std::int64_t id : ids) {
    Query vector = db.query(
        R"(SELECT v.vector FROM annotations a JOIN vectors v ON v.input = a.input AND v.annotation IN (0, a.id)
           WHERE a.id = ? AND v.model = ? ORDER BY v.annotation DESC, v.path = a.path DESC LIMIT 1)",
        id, model);
    if (vector.next())
      placed.push_back({.id = id, .at = embedding_of(vector, 0)});
    else
      nowhere.push_back(id);
  }
  while (chosen.size() < most && !placed.empty()) {
    const auto farthest = std::max_element(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) { return a.far < b.far; });
    const Placed taken = std::move(*farthest);
    placed.erase(farthest);
    chosen.push_back(taken.id);
    for (Placed& it : placed)
      if (it.at.values.size() == taken.at.values.size()) it.far = std::min(it.far, 1 - static_cast<double>(cosine(it.at, taken.at)));
  }
  for (std::size_t i = 0; i < nowhere.size() && chosen.size() < most; ++i) chosen.push_back(nowhere[i]);
  return chosen;
}

}  // namespace workflow
