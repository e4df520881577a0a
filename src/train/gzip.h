#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace workflow {

/// A file's bytes, unpacked where it is gzip's; at most `most` of them. Throws Error: NotFound, Unreadable where it is
/// broken or unpacks to more.
std::vector<std::byte> read_plain_or_gzip(const std::string& file, std::size_t most, std::string_view place);

}  // namespace workflow
