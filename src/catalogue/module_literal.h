#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/json.h"

namespace workflow {

/// What a minified JavaScript module assigns to its `exports`, where that is a literal: an object, a list or a text of
/// double-quoted texts, numbers, `null`, `true`, `!0` and `!1`. Nothing is run. nsfwjs carries its weights in such modules.
/// Throws Error (Unreadable) that names `file` where there is no such literal, or where something else stands in it.
Json exported_literal(std::string_view javascript, const std::string& file);

/// The bytes that a base64 text stands for (RFC 4648). Throws Error (Unreadable) that names `file`.
std::vector<std::byte> base64_bytes(std::string_view text, const std::string& file);

}  // namespace workflow
