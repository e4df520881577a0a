#include <string>
#include <vector>

#include "app/store.h"
#include "workflow/app/app.h"

namespace workflow {

ConceptGraph App::relations() const {
  return store().read([](Database& db) {
    Json synonyms = Json::object();
    Json hypernyms = Json::object();
    Query query = db.query(R"(SELECT kind, "from", "to" FROM relations ORDER BY kind, "from", "to")");
    while (query.next()) {
      if (query.text(0) == "synonym")
        synonyms[query.text(1)] = query.text(2);
      else
        hypernyms[query.text(1)].push_back(query.text(2));
    }
    return ConceptGraph::from_json(Json::object({{"synonyms", std::move(synonyms)}, {"hypernyms", std::move(hypernyms)}}));
  });
}

void App::set_relations(const ConceptGraph& relations) const {
  const Json json = relations.to_json();
  store().write([&](Writing& to) {
    constexpr std::string_view add = R"(INSERT INTO relations (kind, "from", "to") VALUES (?, ?, ?))";
    to.db.change("DELETE FROM relations");
    for (const auto& [from, said] : json.at("synonyms").members()) to.db.change(add, "synonym", from, said.string());
    for (const auto& [thing, kinds] : json.at("hypernyms").members())
      for (const Json& kind : kinds.items()) to.db.change(add, "hypernym", thing, kind.string());
  });
}

}  // namespace workflow
