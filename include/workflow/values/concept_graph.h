#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/base/json.h"

namespace workflow {

/// What a concept graph makes of a model's labels.
struct ConceptCoverage {
  std::vector<std::pair<std::string, std::string>> mapped = {};  ///< a label that the graph knows, and how it is said
  std::vector<std::string> unmapped = {};   ///< labels that it does not know: they map to nothing
  std::vector<std::string> unreached = {};  ///< concepts of the graph that no label is, nor is one of: nothing ever gives them

  /// Lines for a person: "812 of 1000 labels are mapped", then those that are not, and those that nothing reaches.
  WORKFLOW_EXPORT std::string to_string() const;
};

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

  /// Which of a model's labels map to something: `words.coverage(classifier.labels())`.
  ConceptCoverage coverage(const std::vector<std::string>& labels) const;

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
