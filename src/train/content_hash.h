#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string_view>

#include "workflow/train/labelled_input.h"

namespace workflow {

/// 128 bits that tell contents apart: two SipHashes under two keys. Equal contents are equal; unequal ones meet by chance
/// once in 10^19 pairs.
struct ContentHash {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const ContentHash&, const ContentHash&) = default;
};

ContentHash content_hash(std::string_view bytes);

/// Of an input as a trunk would see it: a file's bytes and which part of it, a picture's pixels, a text. Throws Error as
/// reading the input does.
ContentHash content_hash(const LabelledInput& input);

}  // namespace workflow
