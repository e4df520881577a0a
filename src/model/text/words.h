#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace workflow {

/// The words of an English text (in UTF-8) in lower case: runs of letters and marks, with hyphens and apostrophes between
/// them, in the text's order. "Don't" gives "do" and "not", "it's" and "we'll" give "it" and "we"; digits and signs end a
/// word. At most 16 MiB.
std::vector<std::string> words_of(std::string_view text);

}  // namespace workflow
