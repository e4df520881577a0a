#pragma once

#include <cstring>

#include "app/database.h"
#include "workflow/values/embedding.h"

namespace workflow {

/// An embedding as the table of vectors keeps it: floats, one after the other.
inline Embedding embedding_of(const Query& row, int column) {
  const auto bytes = row.bytes(column);
  Embedding embedding;
  embedding.values.resize(bytes.size() / sizeof(float));
  if (!embedding.values.empty()) std::memcpy(embedding.values.data(), bytes.data(), embedding.values.size() * sizeof(float));
  return embedding;
}

}  // namespace workflow
