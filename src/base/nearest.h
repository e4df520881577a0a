#pragma once

#include <span>
#include <string>
#include <string_view>

namespace workflow {

/// The name that is most like `wanted` (edit distance, at most half of its length; the first of equals), for error
/// messages; empty where none is like it. Only the first 100 bytes of a name are compared.
std::string nearest_name(std::string_view wanted, std::span<const std::string> names);

}  // namespace workflow
