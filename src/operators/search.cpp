#include "workflow/operators/search.h"

#include <algorithm>

#include "app/search.h"
#include "app/store.h"

namespace workflow {
namespace {

std::vector<Hits> look(const Search& search, std::span<const Embedding> embeddings) {
  SearchQuery query{.concepts = search.filter.concepts,
                    .not_concepts = search.filter.not_concepts,
                    .status = search.filter.status,
                    .not_status = search.filter.not_status,
                    .where = search.filter.where,
                    .where_not = search.filter.where_not,
                    .top = static_cast<std::size_t>(search.top),
                    .at_least = search.at_least,
                    .metric = search.metric,
                    .model = search.model};
  std::vector<const Embedding*> likes;
  for (const Embedding& embedding : embeddings) likes.push_back(&embedding);
  return search_each(search.app.store(), query, likes);
}

}  // namespace

void Search::check() const {
  if (!app) throw Error(ErrorCode::InvalidSetting, kind, "app: wanted an app, got none; give it App::open(folder)");
}

void Search::check(const OperationShape& shape) const {
  if (when.empty() == shape.beside.empty()) return;
  throw Error(ErrorCode::InvalidSetting, kind,
              when.empty() ? "when: wanted concepts to wait for, as there is a second port, got none"
                           : "when: wanted a second port to see them on: embedding.then(Search{...}, concepts)");
}

std::vector<Hits> Search::operator()(Batch<Embedding> embeddings) const { return look(*this, embeddings.span()); }

std::optional<Hits> Search::operator()(const Embedding& embedding, const Concepts& seen) const {
  if (!std::all_of(when.begin(), when.end(), [&](const std::string& name) { return seen.find(name) != nullptr; })) return std::nullopt;
  return std::move(look(*this, {&embedding, 1}).front());
}

}  // namespace workflow
