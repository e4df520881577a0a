#pragma once

#include <string>
#include <string_view>

namespace workflow {

/// Text as HTML shows it: nothing in it is markup.
std::string html_text(std::string_view text);

}  // namespace workflow
