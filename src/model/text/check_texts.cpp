#include "model/text/check_texts.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "workflow/base/error.h"

namespace workflow {

void check_texts(const std::string& model, std::span<const Text> texts) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string& text = texts[i].text;
    const auto refuse = [&](const std::string& what) {
      throw Error(ErrorCode::InvalidValue, model, fmt::format("text {} of {}: {}", i + 1, texts.size(), what));
    };
    if (text.size() > longest_text)
      refuse(fmt::format("wanted at most {} bytes, got {}; split it first", longest_text, text.size()));
    if (const std::size_t valid = valid_utf8(text); valid < text.size())
      refuse(fmt::format("wanted UTF-8, got the byte 0x{:02x} at {}", static_cast<unsigned char>(text[valid]), valid));
    if (without_outer_space(text).empty()) refuse("wanted words, got a blank text");
  }
}

}  // namespace workflow
