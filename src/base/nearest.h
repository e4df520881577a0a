#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace workflow {

/// The name that is most like `wanted` (edit distance, at most half of its length; the first of equals), for error
/// messages; empty where none is like it. Only the first 100 bytes of a name and the first 1,000 names
/// are compared.
std::string nearest_name(std::string_view wanted, std::span<const std::string> names);

/// The same as the end of a message: `; did you mean "margin"?`, or nothing.
std::string did_you_mean(std::string_view wanted, const std::vector<std::string_view>& names);

}  // namespace workflow
