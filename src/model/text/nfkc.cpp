#include "model/text/nfkc.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include <algorithm>

#include "workflow/base/error.h"

namespace workflow {

std::string nfkc(std::string_view text) {
  // ASCII is its own normal form.
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return std::string(text);
  UErrorCode fault = U_ZERO_ERROR;
  const icu::Normalizer2* const form = icu::Normalizer2::getNFKCInstance(fault);
  std::string normal;
  if (U_SUCCESS(fault)) {
    icu::StringByteSink<std::string> sink(&normal, static_cast<std::int32_t>(text.size()));
    form->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr, fault);
  }
  if (U_FAILURE(fault)) throw Error(ErrorCode::Failed, "nfkc", u_errorName(fault));
  return normal;
}

}  // namespace workflow
