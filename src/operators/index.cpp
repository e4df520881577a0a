#include "workflow/operators/index.h"

#include "app/search.h"
#include "app/vector_rows.h"

namespace workflow {

void Index::check() const {
  if (!app) throw Error(ErrorCode::InvalidSetting, kind, "app: wanted an app, got none; give it App::open(folder)");
}

bool Index::operator()(const Embedding& embedding) const {
  if (embedding.values.empty()) throw Error(ErrorCode::InvalidValue, kind, "wanted an embedding of numbers, got an empty one");
  check_numbers(embedding.values);
  return true;
}

std::any Index::effect(const Embedding& embedding, const EffectContext& context) const {
  IndexEntry entry{.input_id = context.input_id,
                   .embedding = embedding,
                   .model = model.empty() ? context.model : model,
                   .annotation = 0,
                   .region = context.region,
                   .path = context.path};
  return AppEffect([entry = std::move(entry), run = context.run](Writing& to) { put_vector(to, entry, run); });
}

}  // namespace workflow
