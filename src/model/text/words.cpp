#include "model/text/words.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>

namespace workflow {
namespace {

bool is_letter(UChar32 code) { return (U_MASK(u_charType(code)) & (U_GC_L_MASK | U_GC_M_MASK)) != 0; }

bool is_apostrophe(UChar32 code) { return code == '\'' || code == 0x2019; }

// Takes one run of letters and apostrophes apart.
void add_words(std::string_view run, std::vector<std::string>& words) {
  static constexpr std::array<std::string_view, 7> endings = {"s", "t", "d", "m", "re", "ve", "ll"};
  const std::size_t last = run.rfind('\'');
  const std::string_view ending = last == std::string_view::npos ? "" : run.substr(last + 1);
  const bool is_negated = ending == "t" && run.substr(0, last).ends_with('n');
  if (std::ranges::find(endings, ending) != endings.end()) run = run.substr(0, last - (is_negated ? 1 : 0));
  for (std::size_t begin = 0; begin < run.size();) {
    const std::size_t end = std::min(run.find('\'', begin), run.size());
    if (end > begin) words.emplace_back(run.substr(begin, end - begin));
    begin = end + 1;
  }
  if (is_negated) words.emplace_back("not");
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  icu::UnicodeString lower = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  lower.toLower(icu::Locale::getRoot());
  std::vector<std::string> words;
  std::string run;
  for (std::int32_t at = 0; at < lower.length();) {
    const UChar32 code = lower.char32At(at);
    const std::int32_t next = lower.moveIndex32(at, 1);
    const bool joins = !run.empty() && (code == '-' || is_apostrophe(code)) && next < lower.length() && is_letter(lower.char32At(next));
    if (is_letter(code)) {
      icu::UnicodeString(code).toUTF8String(run);
    } else if (joins) {
      run.push_back(code == '-' ? '-' : '\'');
    } else if (!run.empty()) {
      add_words(run, words);
      run.clear();
    }
    at = next;
  }
  if (!run.empty()) add_words(run, words);
  return words;
}

}  // namespace workflow
