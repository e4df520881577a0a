#pragma once

#include <memory>

#include "model/session.h"

namespace workflow {

/// The kinds of sessions that take texts; open_text_session chooses by the architecture.

/// A net of LibTorch's on the tokens of a text. Preprocessing: `tokenizer` ("unigram"), `most_tokens` of one passage, 1 to
/// 4096, `unit_length` (default false): whether the mean of a text's passages is brought to length 1, as each of them is.
std::shared_ptr<const Session> open_token_session(const TextSessionSettings& settings, const Weights& weights,
                                                  const Device& device);

/// Two fully connected layers on the frequencies of character n-grams (architecture "ngram-mlp"): `hidden` and `outputs`
/// are its settings, `ngrams` (U8, one a line), `hidden.weight`, `hidden.bias`, `out.weight` and `out.bias` its tensors. So
/// small that it computes on the CPU whatever the device, without LibTorch.
std::shared_ptr<const Session> open_ngram_session(const TextSessionSettings& settings, const Weights& weights);

/// The mean of the vectors of a text's words (architecture "word-mean", without settings), zeros where none is known:
/// `words` (U8, one a line, sorted by their bytes) and `vectors` (F32, a row a word) are read where they lie in the file.
std::shared_ptr<const Session> open_word_session(const TextSessionSettings& settings, const Weights& weights);

}  // namespace workflow
