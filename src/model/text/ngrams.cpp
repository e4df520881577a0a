#include "model/text/ngrams.h"

#include <fmt/format.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <array>

#include "base/in_quotes.h"
#include "base/utf8.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::size_t longest = 4;

icu::UnicodeString utf16(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

// ECMAScript's \s.
bool is_space(UChar32 code) {
  return (code >= 0x09 && code <= 0x0D) || code == 0x2028 || code == 0x2029 || code == 0xFEFF || u_charType(code) == U_SPACE_SEPARATOR;
}

bool is_kept(UChar32 code) { return (U_MASK(u_charType(code)) & (U_GC_L_MASK | U_GC_M_MASK)) != 0; }

icu::UnicodeString normalised(std::string_view text) {
  const icu::UnicodeString source = utf16(text);
  icu::UnicodeString kept(u' ');
  UChar32 space = 0;  // the white space before the next letter: its only character, or a space for a run
  for (std::int32_t at = 0; at < source.length(); at = source.moveIndex32(at, 1)) {
    const UChar32 code = source.char32At(at);
    if (code == '-' && at > 0 && source[at - 1] == '-') continue;
    if (code == '-' || is_space(code)) {
      space = space == 0 && code != '-' ? code : ' ';
    } else if (is_kept(code)) {
      if (space != 0 && kept.length() > 1) kept.append(space);
      space = 0;
      kept.append(code);
    }
  }
  kept.toLower(icu::Locale::getRoot());
  return kept.append(u' ');
}

}  // namespace

NgramCounter::NgramCounter(const std::vector<std::string_view>& ngrams, const std::string& place) {
  for (const std::string_view ngram : ngrams) {
    const icu::UnicodeString units = utf16(ngram);
    const auto length = static_cast<std::size_t>(units.length());
    std::uint64_t key = 0;
    for (std::int32_t i = 0; i < units.length(); ++i) key = key << 16U | units[i];
    const bool is_good = valid_utf8(ngram) == ngram.size() && length >= 1 && length <= longest;
    if (!is_good || !places_.emplace(key, static_cast<std::uint32_t>(lengths_.size())).second)
      throw Error(ErrorCode::InvalidModel, place,
                  fmt::format("n-gram {}: wanted 1 to {} characters that stand only once, got {}", lengths_.size(), longest,
                              in_quotes(ngram)));
    lengths_.push_back(static_cast<std::uint8_t>(length));
  }
}

std::vector<NgramCounter::Frequency> NgramCounter::count(std::string_view text) const {
  const icu::UnicodeString units = normalised(text);
  std::vector<std::uint32_t> counts(lengths_.size());
  std::uint64_t window = 0;
  for (std::int32_t i = 0; i < units.length(); ++i) {
    window = window << 16U | units[i];
    std::uint64_t mask = 0;
    for (std::size_t length = 1; length <= longest && length <= static_cast<std::size_t>(i) + 1; ++length) {
      mask = mask << 16U | 0xFFFFU;
      const auto found = places_.find(window & mask);
      if (found != places_.end()) ++counts[found->second];
    }
  }
  std::vector<Frequency> frequencies;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0) frequencies.push_back({i, static_cast<double>(counts[i]) / static_cast<double>(units.length() - lengths_[i] + 1)});
  return frequencies;
}

}  // namespace workflow
