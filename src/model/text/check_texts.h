#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "workflow/values/text.h"

namespace workflow {

constexpr std::size_t longest_text = std::size_t{16} << 20U;  ///< bytes; a long book has 3 MB

/// What every model of texts refuses: a blank text, which says nothing, one that is not UTF-8, and one that is too long.
/// Throws Error (InvalidValue) that says which of them; `model` begins the message.
void check_texts(const std::string& model, std::span<const Text> texts);

}  // namespace workflow
