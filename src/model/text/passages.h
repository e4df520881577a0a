#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/text/unigram_tokenizer.h"

namespace workflow {

using Tokens = std::span<const std::int64_t>;

/// Cuts the pieces of a long text into passages of at most `most`, none left out and none twice: where it can, in the later
/// half of a passage, before a piece that begins a word. No more than `most` pieces are one passage.
std::vector<Tokens> passages(Tokens pieces, std::size_t most, const UnigramTokenizer& tokenizer);

}  // namespace workflow
