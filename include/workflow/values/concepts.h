#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/export.h"

namespace workflow {

/// A name with a score, usually a probability in 0..1.
struct Concept {
  std::string name = {};
  float score = 0;
  friend bool operator==(const Concept&, const Concept&) = default;
};

/// What a classifier says of one item: concepts, the highest score first (equal scores by name).
/// @code
///   Concepts seen{{"cat", 0.9f}, {"dog", 0.1f}};
///   seen.top().name;       // "cat"
///   seen.score("dog");     // 0.1
/// @endcode
class WORKFLOW_EXPORT Concepts {
 public:
  Concepts() = default;
  Concepts(std::initializer_list<Concept> list) : Concepts(std::vector<Concept>(list)) {}
  explicit Concepts(std::vector<Concept> list);

  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  const Concept& operator[](std::size_t rank) const { return list_[rank]; }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }

  /// The concept with the highest score. Throws Error (NotFound) where there is none.
  const Concept& top() const;

  const Concept* find(std::string_view name) const;  ///< null where it is not there
  float score(std::string_view name) const;          ///< 0 where it is not there

  friend bool operator==(const Concepts&, const Concepts&) = default;

 private:
  std::vector<Concept> list_;
};

}  // namespace workflow
