#pragma once

#include <memory>
#include <string>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/base/json.h"
#include "workflow/values/embedding.h"

namespace workflow {

/// An embedding of which it is known what it shows.
struct Example {
  std::string concept_name = {};
  Embedding embedding = {};
  friend bool operator==(const Example&, const Example&) = default;
};

/// Embeddings that new ones are compared with. A copy costs a pointer; const and thread-safe.
/// @code
///   Examples known({{"cat", {{0.9f, 0.1f}}}, {"dog", {{0.1f, 0.9f}}}});
///   Examples more = Examples::load("known.json");   // [{"concept": "cat", "embedding": [0.9, 0.1]}, ...]
/// @endcode
class WORKFLOW_EXPORT Examples {
 public:
  Examples();

  /// Throws Error (InvalidValue) for an example without a name, without numbers, with NaN or an infinity in it, or with
  /// another length than the first.
  Examples(std::vector<Example> list);

  /// Reads a JSON file. Throws Error: NotFound, Unreadable, InvalidValue.
  static Examples load(const std::string& file);

  bool empty() const { return list_->empty(); }
  std::size_t size() const { return list_->size(); }
  std::size_t length() const { return empty() ? 0 : list_->front().embedding.values.size(); }  ///< of each embedding
  const Example& operator[](std::size_t i) const { return (*list_)[i]; }
  auto begin() const { return list_->begin(); }
  auto end() const { return list_->end(); }

  /// The list as in a file; of examples that were loaded {"file": "known.json"}.
  Json to_json() const;
  static Examples from_json(const Json& json);

 private:
  std::shared_ptr<const std::vector<Example>> list_;
  std::string file_;
};

}  // namespace workflow
