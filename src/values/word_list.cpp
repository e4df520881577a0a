#include "workflow/values/word_list.h"

#include <fmt/format.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <unordered_map>

#include "base/in_quotes.h"
#include "base/letters.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

// The text as words are compared, white space as single blanks.
std::string folded(std::string_view text) {
  UErrorCode problem = U_ZERO_ERROR;
  const icu::Normalizer2* folding = icu::Normalizer2::getNFKCCasefoldInstance(problem);
  std::string whole;
  icu::StringByteSink<std::string> sink(&whole, static_cast<std::int32_t>(text.size()));
  if (U_SUCCESS(problem))
    folding->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr, problem);
  if (U_FAILURE(problem)) throw Error(ErrorCode::Failed, "word list", fmt::format("ICU: {}", u_errorName(problem)));
  std::string spaced;
  for (std::size_t at = 0; at < whole.size();) {
    const Letter letter = letter_at(whole, at);
    if (letter.code >= 0 && u_isUWhiteSpace(letter.code)) {
      if (!spaced.empty() && spaced.back() != ' ') spaced.push_back(' ');
    } else {
      spaced.append(whole, letter.begin, letter.end - letter.begin);
    }
    at = letter.end;
  }
  while (spaced.ends_with(' ')) spaced.pop_back();
  return spaced;
}

bool is_part_of_word(const Letter& letter) {
  return letter.code >= 0 && (u_isalnum(letter.code) || (U_GET_GC_MASK(letter.code) & U_GC_M_MASK) != 0);
}

// Where two letters meet, nobody may cut a word in two.
bool is_edge(std::string_view text, std::size_t at) {
  return at == 0 || at == text.size() || !is_part_of_word(letter_before(text, at)) || !is_part_of_word(letter_at(text, at));
}

[[noreturn]] void refuse(std::string_view text) { throw Error(ErrorCode::InvalidSetting, "word list", text); }

// ICU counts in 32 bits.
constexpr std::size_t longest_text = std::size_t{1} << 30;

}  // namespace

/// Aho and Corasick's: a tree of the words' bytes, and from each place in it the longest other place that ends the same.
class WordList::Automaton {
 public:
  explicit Automaton(const Words& words) {
    for (const auto& [name, list] : words)
      for (const std::string& word : list) add(folded(word), &name);
    link();
  }

  std::set<std::string_view> found_in(std::string_view text) const {
    std::set<std::string_view> found;
    std::uint32_t at = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      at = after(at, static_cast<unsigned char>(text[i]));
      for (std::uint32_t end = nodes_[at].is_end() ? at : nodes_[at].shorter_end; end != 0; end = nodes_[end].shorter_end) {
        const std::size_t begin = i + 1 - nodes_[end].depth;
        if (!is_edge(text, begin) || !is_edge(text, i + 1)) continue;
        for (const std::string* name : nodes_[end].says) found.insert(*name);
      }
    }
    return found;
  }

 private:
  struct Node {
    std::uint32_t depth = 0;
    std::uint32_t fallback = 0;
    std::uint32_t shorter_end = 0;  ///< the longest shorter word that ends here, 0 where there is none
    std::vector<const std::string*> says = {};
    bool is_end() const { return !says.empty(); }
  };

  static std::uint64_t edge(std::uint32_t node, unsigned char byte) { return std::uint64_t{node} << 8 | byte; }

  void add(const std::string& word, const std::string* name) {
    if (word.empty()) refuse(fmt::format("{}: wanted words, got an empty one", in_quotes(*name)));
    std::uint32_t at = 0;
    for (const char c : word) {
      const auto [found, is_new] =
          edges_.try_emplace(edge(at, static_cast<unsigned char>(c)), static_cast<std::uint32_t>(nodes_.size()));
      if (is_new) {
        constexpr std::size_t most = 4'000'000;
        if (nodes_.size() > most) refuse(fmt::format("wanted at most {} bytes of words", most));
        const std::uint32_t depth = nodes_[at].depth + 1;
        nodes_.push_back({.depth = depth});
        order_.emplace_back(at, static_cast<unsigned char>(c), found->second);
      }
      at = found->second;
    }
    nodes_[at].says.push_back(name);
  }

  // A node's fallback is shorter than the node, so nodes are linked by their depth.
  void link() {
    std::stable_sort(order_.begin(), order_.end(),
                     [&](const Step& a, const Step& b) { return nodes_[a.from].depth < nodes_[b.from].depth; });
    for (const Step& step : order_) {
      Node& node = nodes_[step.to];
      if (step.from != 0) node.fallback = after(nodes_[step.from].fallback, step.byte);
      const Node& shorter = nodes_[node.fallback];
      node.shorter_end = shorter.is_end() ? node.fallback : shorter.shorter_end;
    }
    order_.clear();
    order_.shrink_to_fit();
  }

  std::uint32_t after(std::uint32_t node, unsigned char byte) const {
    for (;; node = nodes_[node].fallback) {
      if (const auto found = edges_.find(edge(node, byte)); found != edges_.end()) return found->second;
      if (node == 0) return 0;
    }
  }

  struct Step {
    std::uint32_t from;
    unsigned char byte;
    std::uint32_t to;
    Step(std::uint32_t f, unsigned char b, std::uint32_t t) : from(f), byte(b), to(t) {}
  };

  std::vector<Node> nodes_ = {Node{}};
  std::unordered_map<std::uint64_t, std::uint32_t> edges_;
  std::vector<Step> order_;
};

WordList::WordList(Words words) : words_(std::move(words)) {
  // What was built points at the names, which copies must share.
  const auto kept = std::make_shared<const Words>(words_);
  const auto automaton = std::make_shared<const Automaton>(*kept);
  automaton_ = std::shared_ptr<const Automaton>(automaton.get(), [kept, automaton](const Automaton*) {});
}

std::vector<std::string> WordList::found_in(std::string_view text) const {
  if (text.size() > longest_text)
    throw Error(ErrorCode::InvalidValue, "word list",
                fmt::format("wanted a text of at most 2^30 bytes, got {}", text.size()));
  const std::string compared = folded(text);
  const auto found = automaton_->found_in(compared);
  return {found.begin(), found.end()};
}

Json WordList::to_json() const {
  Json json = Json::object();
  for (const auto& [name, list] : words_) {
    Json words = Json::array();
    for (const std::string& word : list) words.push_back(word);
    json[name] = std::move(words);
  }
  return json;
}

WordList WordList::from_json(const Json& json) {
  if (!json.is_object()) refuse(fmt::format("wanted an object of concepts with lists of words, got {}", json.type_name()));
  Words words;
  for (const auto& [name, list] : json.members()) {
    if (!list.is_array()) refuse(fmt::format("{}: wanted a list of words, got {}", in_quotes(name), list.type_name()));
    for (const Json& word : list.items()) {
      if (!word.is_string()) refuse(fmt::format("{}: wanted words, got {}", in_quotes(name), word.type_name()));
      words[name].push_back(word.string());
    }
  }
  return WordList(std::move(words));
}

}  // namespace workflow
