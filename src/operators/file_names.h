#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace workflow {

/// A name from outside as a file or folder may be called: what paths, shells or other systems take for something else is
/// written as %XX, and a name that is too long is cut and ends in a hash of the whole. Different names stay different.
std::string file_name(std::string_view name);

/// Where a picture of an input lies below its folder: `sub/a.jpg` and {2, 0} give `sub/a.jpg@2-0`. Never leads out of the
/// folder.
std::string file_of(std::string_view input_id, std::span<const std::uint32_t> path);

}  // namespace workflow
