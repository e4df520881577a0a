#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace workflow {

/// A letter (Unicode's code point) of a text in UTF-8, and the bytes that it takes.
struct Letter {
  std::int32_t code = -1;  ///< -1 for a byte that is no UTF-8
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The letter that begins at `at`, below the text's size.
Letter letter_at(std::string_view text, std::size_t at);

/// The letter that ends at `at`, above 0.
Letter letter_before(std::string_view text, std::size_t at);

}  // namespace workflow
