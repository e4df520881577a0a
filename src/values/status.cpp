#include "workflow/values/status.h"

#include <fmt/format.h>

#include <vector>

#include "base/in_quotes.h"
#include "base/nearest.h"
#include "workflow/base/error.h"

namespace workflow {

std::string_view word_of(Status status) {
  for (const auto& [it, word] : statuses)
    if (it == status) return word;
  throw Error(ErrorCode::InvalidValue, "status", fmt::format("wanted a status, got the number {}", static_cast<int>(status)));
}

Status status_of(std::string_view word) {
  std::vector<std::string_view> words;
  for (const auto& [it, its_word] : statuses) {
    if (its_word == word) return it;
    words.push_back(its_word);
  }
  throw Error(ErrorCode::InvalidValue, "status",
              fmt::format("wanted one of {}, got {}{}", fmt::join(words, ", "), in_quotes(word), did_you_mean(word, words)));
}

}  // namespace workflow
