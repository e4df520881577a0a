#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/text/piece_trie.h"
#include "weights/weights.h"

namespace workflow {

/// Cuts a text into the pieces of a vocabulary whose scores have the greatest sum: the unigram language model of Kudo
/// (2018, "Subword Regularization"), as SentencePiece has it, over NFKC, with U+2581 for a space and before the text.
/// A character that no piece begins with costs 20 and is piece 0, several of them in a row one piece 0. Thread-safe.
class UnigramTokenizer {
 public:
  /// An empty piece is a number that no text gives. Throws Error (InvalidModel) where pieces and scores differ in number,
  /// there are none or more than a million, a piece is not UTF-8 or longer than 256 bytes, or a score is no number of
  /// -1e6..1e6; `place` begins the message.
  UnigramTokenizer(std::vector<std::string> pieces, std::vector<double> scores, const std::string& place);

  /// The numbers of the pieces, in the text's order; none for an empty text. `text` is UTF-8.
  std::vector<std::int64_t> encode(std::string_view text) const;

  std::size_t size() const { return scores_.size(); }

  /// Whether a word begins with this piece.
  bool begins_word(std::int64_t piece) const { return begins_word_[static_cast<std::size_t>(piece)]; }

 private:
  PieceTrie trie_;
  std::vector<double> scores_;
  std::vector<bool> begins_word_;
};

/// The tokenizer of a model's weights: `tokenizer.pieces` (U8, the pieces with a line feed after each) and
/// `tokenizer.scores` (F64). Throws Error (InvalidModel).
UnigramTokenizer tokenizer_of(const Weights& weights, const std::string& place);

}  // namespace workflow
