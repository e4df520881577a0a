#pragma once

#include <string>
#include <string_view>

namespace workflow {

/// The text (in UTF-8) in Unicode's compatibility composition, by ICU: "ﬁ" becomes "fi", full-width letters the usual
/// ones. At most 16 MiB. Throws Error (Failed) where ICU cannot.
std::string nfkc(std::string_view text);

}  // namespace workflow
