#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace workflow {

/// Where an item stands in a run. An operator that takes a further `const Place&` is given it by the engine, of a group its
/// parent's; the others do not pay for it.
struct Place {
  std::string input_id = {};             ///< what its input is called
  std::vector<std::uint32_t> path = {};  ///< its place among its siblings on each level below the input, the upper ones first
  friend bool operator==(const Place&, const Place&) = default;
};

}  // namespace workflow
