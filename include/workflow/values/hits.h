#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workflow/values/box.h"
#include "workflow/values/concepts.h"

namespace workflow {

/// One answer of a search: an input of an app that is like what was asked for.
struct Hit {
  std::string input_id = {};
  float score = 0;             ///< 0..1, 1 is the same
  Concepts concepts = {};      ///< what the input's annotations say (status success), the best score of each
  std::int64_t annotation = 0; ///< the annotation that the vector belongs to; 0 for the whole input
  std::optional<Box> region = {};  ///< of a vector of a region: where, on the input's own image
  std::string app = {};        ///< the app that it was found in
  friend bool operator==(const Hit&, const Hit&) = default;
};

/// The answers of a search, the best first.
struct Hits {
  std::vector<Hit> list = {};

  bool empty() const { return list.empty(); }
  std::size_t size() const { return list.size(); }
  const Hit& operator[](std::size_t rank) const { return list[rank]; }
  auto begin() const { return list.begin(); }
  auto end() const { return list.end(); }
  friend bool operator==(const Hits&, const Hits&) = default;
};

}  // namespace workflow
