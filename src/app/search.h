#pragma once

#include <span>
#include <vector>

#include "app/store.h"
#include "app/writing.h"
#include "workflow/app/search.h"
#include "workflow/values/hits.h"

namespace workflow {

/// Answers for several embeddings at once: filtered once, then ranked for each. `query.like` is not looked at. Throws Error
/// as App::search does.
std::vector<Hits> search_each(Store& store, const SearchQuery& query, std::span<const Embedding* const> likes);

/// Puts a vector in, in place of the one that stood for the same thing; one that is there already is left as it is.
/// Throws Error (InvalidValue) for numbers that no index takes, and for another length than the model's vectors have.
void put_vector(Writing& to, const IndexEntry& entry, std::string_view run);

}  // namespace workflow
