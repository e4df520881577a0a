#include <cstddef>
#include <cstdint>
#include <string_view>

#include "catalogue/import_lande.h"
#include "catalogue/import_wink_embeddings.h"
#include "workflow/base/error.h"

// The JSON of word vectors, and a row of lande's: an Error, or as many numbers as there are words and dimensions.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto read = workflow::read_word_vectors(text);
    if (read.values.size() != read.words.size() * read.dimensions) __builtin_trap();
    for (std::size_t i = 1; i < read.words.size(); ++i)
      if (!(read.words[i - 1] < read.words[i])) __builtin_trap();
  } catch (const workflow::Error&) {
  }
  try {
    if (workflow::lande_row(text).size() > size) __builtin_trap();
  } catch (const workflow::Error&) {
  }
  return 0;
}
