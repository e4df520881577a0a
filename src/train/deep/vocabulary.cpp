#include "train/deep/vocabulary.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "base/utf8.h"
#include "model/text/nfkc.h"
#include "model/text/unigram_tokenizer.h"

namespace workflow {
namespace {

constexpr std::string_view space = "\u2581";
constexpr std::size_t longest_piece = 12;  // characters
constexpr int rounds = 3;

using Counts = std::map<std::string, std::size_t>;

Counts words_of(const Dataset& texts) {
  Counts words;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string text = nfkc(std::get<Text>(texts[i].input).text);
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find_first_of(" \t\r\n", begin), text.size());
      if (end > begin) ++words[text.substr(begin, end - begin)];
      begin = end + 1;
    }
  }
  return words;
}

// Every part of every word, as often as it comes, and which of them are single characters.
void add_parts(const std::string& word, std::size_t count, std::unordered_map<std::string, double>& parts, Counts& characters) {
  const std::string marked = std::string(space) + word;
  std::vector<std::size_t> begins;
  for (std::size_t at = 0; at < marked.size(); at += utf8_length(marked[at])) begins.push_back(at);
  begins.push_back(marked.size());
  for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
    characters[marked.substr(begins[i], begins[i + 1] - begins[i])] += count;
    for (std::size_t j = i + 2; j < begins.size() && j - i <= longest_piece; ++j)
      parts[marked.substr(begins[i], begins[j] - begins[i])] += static_cast<double>(count);
  }
}

struct Piece {
  std::string text;
  double count;
  bool is_character;
};

// The best by count, in an order that no hash decides; characters always stay.
std::vector<Piece> best_of(std::vector<Piece> pieces, std::size_t most) {
  std::ranges::sort(pieces, [](const Piece& a, const Piece& b) {
    if (a.is_character != b.is_character) return a.is_character;
    return a.count != b.count ? a.count > b.count : a.text < b.text;
  });
  const auto characters = static_cast<std::size_t>(std::ranges::count(pieces, true, &Piece::is_character));
  if (pieces.size() > characters + most) pieces.resize(characters + most);
  return pieces;
}

Vocabulary vocabulary_of(const std::vector<Piece>& pieces) {
  double all = 0;
  for (const Piece& each : pieces) all += each.count + 0.1;
  Vocabulary made{{""}, {0}};
  for (const Piece& each : pieces) {
    made.pieces.push_back(each.text);
    made.scores.push_back(std::log((each.count + 0.1) / all));
  }
  return made;
}

}  // namespace

Vocabulary learnt_vocabulary(const Dataset& texts, std::size_t size) {
  const Counts words = words_of(texts);
  std::unordered_map<std::string, double> parts;
  Counts characters;
  for (const auto& [word, count] : words) add_parts(word, count, parts, characters);
  std::vector<Piece> pieces;
  for (const auto& [text, count] : characters) pieces.push_back({text, static_cast<double>(count), true});
  // A long part that is as frequent saves more pieces.
  for (const auto& [text, count] : parts)
    if (count > 1) pieces.push_back({text, count * static_cast<double>(text.size()), false});
  pieces = best_of(std::move(pieces), 4 * size);
  for (int round = 1; round <= rounds; ++round) {
    const Vocabulary now = vocabulary_of(pieces);
    const UnigramTokenizer tokenizer(now.pieces, now.scores, "vocabulary");
    for (Piece& each : pieces) each.count = 0;
    for (const auto& [word, count] : words)
      for (const std::int64_t piece : tokenizer.encode(word))
        if (piece > 0) pieces[static_cast<std::size_t>(piece) - 1].count += static_cast<double>(count);
    pieces = best_of(std::move(pieces), round == rounds ? size : 4 * size >> round);
  }
  return vocabulary_of(pieces);
}

}  // namespace workflow
