#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/json.h"

namespace workflow {

/// Words and phrases to look for in texts, and what each says. Whole words count: "art" is not in "party". Case, width and
/// ligatures make no difference (Unicode's NFKC case folding), and any white space is as good as a blank. All of them are
/// looked for at once (Aho, Corasick 1975), in time linear in the text. Copies share; const use is thread-safe.
/// @code
///   WordList words{{"refund", {"refund", "money back"}}, {"praise", {"great", "thank you"}}};
///   words.found_in("I want my MONEY back!");   // {"refund"}
/// @endcode
class WORKFLOW_EXPORT WordList {
 public:
  using Words = std::map<std::string, std::vector<std::string>>;

  WordList() : WordList(Words()) {}
  WordList(std::initializer_list<Words::value_type> words) : WordList(Words(words)) {}

  /// Throws Error (InvalidSetting) for a word that is empty, and for more than 4,000,000 bytes of words.
  explicit WordList(Words words);

  const Words& words() const { return words_; }

  /// What the words that are in the text say, each once, by the alphabet. Bytes that are not UTF-8 are no letters.
  std::vector<std::string> found_in(std::string_view text) const;

  /// `{"refund": ["refund", "money back"]}`. The other way throws Error (InvalidSetting) for anything else.
  Json to_json() const;
  static WordList from_json(const Json& json);

  friend bool operator==(const WordList& a, const WordList& b) { return a.words_ == b.words_; }

 private:
  class Automaton;
  Words words_;
  std::shared_ptr<const Automaton> automaton_;
};

}  // namespace workflow
