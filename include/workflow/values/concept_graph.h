#pragma once

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
  /// (InvalidValue) where that would make two of them the one said, or the two are hypernyms of each other.
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

  /// {"synonyms": {"couch": "sofa"}, "hypernyms": {"tabby": ["cat"]}}
  Json to_json() const;
  static ConceptGraph from_json(const Json& json);

  friend bool operator==(const ConceptGraph&, const ConceptGraph&) = default;

 private:
  std::map<std::string, std::string, std::less<>> said_;
  std::map<std::string, std::set<std::string>, std::less<>> kinds_;
};

}  // namespace workflow
