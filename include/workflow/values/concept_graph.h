#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/base/json.h"

namespace workflow {

/// How concepts relate: synonyms (symmetric), hypernyms and hyponyms (each other's inverse).
/// @code
///   ConceptGraph words;
///   words.synonym("couch", "sofa");          // "couch" is said as "sofa"
///   words.hypernym("tabby", "cat");          // a tabby is a cat
///   words.hypernyms("tabby");                // {"cat", ...}
/// @endcode
/// A plain value; const use is thread-safe.
class WORKFLOW_EXPORT ConceptGraph {
 public:
  /// `from` is another word for `to`; of a set of synonyms, the one that is nobody's `from` is the one said. Throws Error
  /// (InvalidValue) where that would make two of them the one said, or none, or the two are hypernyms of each other.
  void synonym(const std::string& from, const std::string& to);

  /// `kind` is what `thing` is one of. Throws Error (InvalidValue) that names the cycle where there would be one.
  void hypernym(const std::string& thing, const std::string& kind);
  void hyponym(const std::string& kind, const std::string& thing) { hypernym(thing, kind); }

  bool knows(std::string_view name) const;
  std::string said(std::string_view name) const;                    ///< the synonym that is said; itself where it has none
  std::vector<std::string> synonyms(std::string_view name) const;   ///< without itself, sorted
  std::vector<std::string> hypernyms(std::string_view name, bool transitive = true) const;  ///< nearest first
  std::vector<std::string> hyponyms(std::string_view name, bool transitive = true) const;

  /// Of a model's labels, those that map to nothing.
  std::vector<std::string> unmapped(const std::vector<std::string>& labels) const;

  bool empty() const { return said_.empty() && kinds_.empty(); }

  /// {"synonyms": {"couch": "sofa"}, "hypernyms": {"tabby": ["cat"]}}, each word mapped to the one said.
  Json to_json() const;

  /// Throws Error (InvalidValue) for what synonym() and hypernym() would refuse, and where it is not of that form.
  static ConceptGraph from_json(const Json& json);

  friend bool operator==(const ConceptGraph&, const ConceptGraph&) = default;

 private:
  using Names = std::map<std::string, std::set<std::string>, std::less<>>;

  void add_kind(const std::string& thing, const std::string& kind);
  void check_kinds() const;

  std::map<std::string, std::string, std::less<>> said_;  // straight to the one said, which itself is not in here
  Names words_;   // said_ from the other side
  Names kinds_;   // of words that are said: the hypernyms, as they are said
  Names things_;  // kinds_ from the other side
};

}  // namespace workflow
