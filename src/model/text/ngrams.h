#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace workflow {

/// How often each of a list of character n-grams (1 to 4 characters) stands in a text, as lande counts them: hyphens become
/// spaces, what is neither a letter, a mark nor white space is left out, runs of white space become one space, all in lower
/// case, a space at both ends. Characters are UTF-16's units. Thread-safe.
class NgramCounter {
 public:
  struct Frequency {
    std::size_t ngram;  ///< its place in the list
    double value;       ///< of all n-grams of its length in the text, 0..1
  };

  /// `ngrams` in UTF-8. Throws Error (InvalidModel) where one is empty, longer than 4, not UTF-8 or stands twice; `place`
  /// begins the message.
  NgramCounter(const std::vector<std::string_view>& ngrams, const std::string& place);

  /// Those that stand in the text at all, in the list's order. `text` is UTF-8, at most 16 MiB.
  std::vector<Frequency> count(std::string_view text) const;

  std::size_t size() const { return lengths_.size(); }

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> places_;  // by the characters, 16 bits each
  std::vector<std::uint8_t> lengths_;
};

}  // namespace workflow
