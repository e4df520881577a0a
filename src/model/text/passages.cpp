#include "model/text/passages.h"

namespace workflow {

std::vector<Tokens> passages(Tokens pieces, std::size_t most, const UnigramTokenizer& tokenizer) {
  std::vector<Tokens> all;
  while (pieces.size() > most) {
    std::size_t end = most;
    while (end > most / 2 && !tokenizer.begins_word(pieces[end])) --end;
    if (end == most / 2) end = most;  // one endless word
    all.push_back(pieces.first(end));
    pieces = pieces.subspan(end);
  }
  if (!pieces.empty()) all.push_back(pieces);
  return all;
}

}  // namespace workflow
