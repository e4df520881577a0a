#include "model/text/unigram_tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/utf8.h"
#include "model/text/nfkc.h"
#include "model/text/word_list.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::string_view space = "\u2581";
constexpr double unreached = -1e30;
constexpr double unknown_cost = 20;

// What the pieces are looked up in.
std::string prepared(std::string_view text) {
  const std::string normal = nfkc(text);
  std::string marked(space);
  for (const char c : without_outer_space(normal)) c == ' ' ? void(marked += space) : marked.push_back(c);
  return marked;
}

// The best way to one place of the text.
struct Way {
  double score = unreached;
  std::uint32_t length = 0;  // bytes of its last piece
  std::int32_t piece = 0;
};

}  // namespace

UnigramTokenizer::UnigramTokenizer(std::vector<std::string> pieces, std::vector<double> scores, const std::string& place)
    : trie_(pieces), scores_(std::move(scores)) {
  const auto refuse = [&](const std::string& what) { throw Error(ErrorCode::InvalidModel, place, "tokenizer: " + what); };
  if (pieces.empty() || pieces.size() > 1'000'000 || pieces.size() != scores_.size())
    refuse(fmt::format("wanted 1 to a million pieces with a score each, got {} and {}", pieces.size(), scores_.size()));
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].size() > 256 || valid_utf8(pieces[i]) != pieces[i].size())
      refuse(fmt::format("piece {}: wanted at most 256 bytes of UTF-8", i));
    if (!(std::abs(scores_[i]) <= 1e6)) refuse(fmt::format("piece {}: wanted a score of -1e6..1e6, got {}", i, scores_[i]));
    begins_word_.push_back(pieces[i].starts_with(space));
  }
}

std::vector<std::int64_t> UnigramTokenizer::encode(std::string_view text) const {
  std::vector<std::int64_t> pieces;
  if (text.empty()) return pieces;
  const std::string marked = prepared(text);
  const std::string_view rest = marked;
  // Viterbi's algorithm. Wherever no piece goes across, the best way so far is part of the best way to the end: it is taken,
  // and its places are forgotten, so that memory does not grow with the text.
  std::vector<Way> ways(1);
  std::vector<std::int64_t> backwards;
  ways[0].score = 0;
  std::size_t base = 0, farthest = 0;
  const auto take = [&](std::size_t end) {
    for (std::size_t at = end; at > base; at -= ways[at - base].length) backwards.push_back(ways[at - base].piece);
    for (; !backwards.empty(); backwards.pop_back())
      if (backwards.back() != 0 || pieces.empty() || pieces.back() != 0) pieces.push_back(backwards.back());
    Way last = ways[end - base];
    ways.assign(1, last);
    base = end;
  };
  for (std::size_t at = 0; at < rest.size(); at += utf8_length(rest[at])) {
    if (farthest <= at && at > base) take(at);
    const double here = ways[at - base].score;
    const auto offer = [&](std::size_t length, std::int32_t piece, double score) {
      farthest = std::max(farthest, at + length);
      if (ways.size() <= farthest - base) ways.resize(farthest - base + 1);
      Way& way = ways[at + length - base];
      if (score > way.score) way = {score, static_cast<std::uint32_t>(length), piece};
    };
    const std::size_t one = utf8_length(rest[at]);
    bool is_known = false;  // this very character, as the best way to the next one
    trie_.match(rest.substr(at), [&](std::size_t length, std::int32_t piece) {
      offer(length, piece, here + scores_[static_cast<std::size_t>(piece)]);
      if (length == one) is_known = ways[at + one - base].piece == piece && ways[at + one - base].length == one;
    });
    if (!is_known) offer(one, 0, here - unknown_cost);
  }
  take(rest.size());
  return pieces;
}

UnigramTokenizer tokenizer_of(const Weights& weights, const std::string& place) {
  const std::vector<std::string_view> lines = lines_of(weights, "tokenizer.pieces", place);
  const TensorView* const scores = weights.find("tokenizer.scores");
  if (!scores || scores->dtype != DType::F64)
    throw Error(ErrorCode::InvalidModel, place, "wanted a tensor tokenizer.scores of F64 in the weights");
  std::vector<double> values(scores->data.size() / sizeof(double));
  if (!values.empty()) std::memcpy(values.data(), scores->data.data(), scores->data.size());
  return UnigramTokenizer({lines.begin(), lines.end()}, std::move(values), place);
}

}  // namespace workflow
