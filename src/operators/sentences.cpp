#include "workflow/operators/sentences.h"

#include <fmt/format.h>
#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <memory>

#include "base/in_quotes.h"
#include "base/letters.h"

namespace workflow {
namespace {

void check_icu(UErrorCode problem) {
  if (U_FAILURE(problem)) throw Error(ErrorCode::Failed, Sentences::kind, fmt::format("ICU: {}", u_errorName(problem)));
}

// ICU changes its iterator and its view of the text while it reads, so each call has its own.
class Breaks {
 public:
  Breaks(const std::string& text, const icu::Locale& locale) {
    UErrorCode problem = U_ZERO_ERROR;
    iterator_.reset(icu::BreakIterator::createSentenceInstance(locale, problem));
    check_icu(problem);
    view_.reset(utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &problem));
    check_icu(problem);
    iterator_->setText(view_.get(), problem);
    check_icu(problem);
  }

  // Where the next sentence ends, in bytes; none at the text's end.
  std::int32_t next() { return iterator_->next(); }

 private:
  struct Closes {
    void operator()(UText* view) const { utext_close(view); }
  };
  std::unique_ptr<UText, Closes> view_;
  std::unique_ptr<icu::BreakIterator> iterator_;
};

std::string_view without_space_around(std::string_view text) {
  const auto is_space = [](const Letter& letter) { return letter.code >= 0 && u_isUWhiteSpace(letter.code); };
  while (!text.empty() && is_space(letter_at(text, 0))) text.remove_prefix(letter_at(text, 0).end);
  while (!text.empty() && is_space(letter_before(text, text.size())))
    text = text.substr(0, letter_before(text, text.size()).begin);
  return text;
}

icu::Locale locale_of(const std::string& language) {
  UErrorCode problem = U_ZERO_ERROR;
  icu::Locale locale = icu::Locale::forLanguageTag(language, problem);
  if (U_FAILURE(problem) || locale.isBogus() || *locale.getLanguage() == '\0')
    throw Error(ErrorCode::InvalidSetting, Sentences::kind,
                fmt::format("language: wanted a tag such as \"en\", got {}", in_quotes(language)));
  return locale;
}

}  // namespace

void Sentences::check() const { locale_of(language); }

std::vector<Text> Sentences::operator()(const Text& text) const {
  constexpr std::size_t longest = std::size_t{1} << 30;
  if (text.text.size() > longest)
    throw Error(ErrorCode::InvalidValue, kind, fmt::format("wanted a text of at most 2^30 bytes, got {}", text.text.size()));
  Breaks breaks(text.text, locale_of(language));
  std::vector<Text> sentences;
  std::size_t begin = 0;
  for (std::int32_t at = breaks.next(); at != icu::BreakIterator::DONE; at = breaks.next()) {
    const auto end = static_cast<std::size_t>(at);
    const std::string_view sentence = without_space_around(std::string_view(text.text).substr(begin, end - begin));
    begin = end;
    if (sentence.empty()) continue;
    if (sentences.size() == most)
      throw Error(ErrorCode::InvalidValue, kind, fmt::format("wanted a text of at most {} sentences, got more", most));
    sentences.push_back({std::string(sentence)});
  }
  return sentences;
}

}  // namespace workflow
