// A vocabulary and a text of whatever bytes: an Error, or pieces that are all of the vocabulary; passages that hold them all.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/utf8.h"
#include "model/text/ngrams.h"
#include "model/text/passages.h"
#include "model/text/unigram_tokenizer.h"
#include "model/text/words.h"
#include "workflow/base/error.h"

using namespace workflow;

namespace {

void check_tokens(const UnigramTokenizer& tokenizer, std::string_view text) {
  const auto pieces = tokenizer.encode(text);
  if (text.empty() != pieces.empty()) __builtin_trap();
  std::size_t held = 0;
  for (const Tokens passage : passages(pieces, 5, tokenizer)) {
    if (passage.empty() || passage.size() > 5) __builtin_trap();
    held += passage.size();
  }
  if (held != pieces.size()) __builtin_trap();
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i] < 0 || static_cast<std::size_t>(pieces[i]) >= tokenizer.size()) __builtin_trap();
    if (i > 0 && pieces[i] == 0 && pieces[i - 1] == 0) __builtin_trap();
  }
}

}  // namespace

// The pieces, each with a line feed, up to the first zero byte; then the text. A piece's score is told by its first byte.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::string_view vocabulary = all.substr(0, all.find('\0'));
  const std::string_view text = all.substr(std::min(vocabulary.size() + 1, size));
  std::vector<std::string> pieces;
  std::vector<std::string_view> lines;
  std::vector<double> scores;
  for (std::size_t begin = 0; begin < vocabulary.size();) {
    const std::size_t end = std::min(vocabulary.find('\n', begin), vocabulary.size());
    lines.push_back(vocabulary.substr(begin, end - begin));
    pieces.emplace_back(lines.back());
    scores.push_back(pieces.back().empty() ? 0 : -static_cast<double>(static_cast<unsigned char>(pieces.back()[0]) % 32));
    begin = end + 1;
  }
  const bool is_text = valid_utf8(text) == text.size();
  try {
    const UnigramTokenizer tokenizer(pieces, scores, "fuzz");
    if (is_text) check_tokens(tokenizer, text);
  } catch (const Error&) {
  }
  if (!is_text) return 0;
  for (const std::string& word : words_of(text))
    if (word.empty() || valid_utf8(word) != word.size()) __builtin_trap();
  try {
    const NgramCounter counter(lines, "fuzz");
    for (const auto& [ngram, frequency] : counter.count(text))
      if (ngram >= counter.size() || !(frequency > 0) || frequency > 1) __builtin_trap();
  } catch (const Error&) {
  }
  return 0;
}
