#include "train/gzip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <memory>

#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "workflow/base/error.h"

namespace workflow {

std::vector<std::byte> read_plain_or_gzip(const std::string& file, std::size_t most, std::string_view place) {
  (void)MappedFile(file, place);  // says what is wrong with a file that is none
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> in(gzopen(file.c_str(), "rb"), &gzclose);
  if (!in) throw Error(ErrorCode::Unreadable, place, fmt::format("{}: cannot be opened", in_quotes(file)));
  std::vector<std::byte> bytes;
  constexpr std::size_t step = 1U << 20U;
  for (;;) {
    const std::size_t before = bytes.size();
    bytes.resize(before + step);
    const int got = gzread(in.get(), bytes.data() + before, static_cast<unsigned>(step));
    int fault = Z_OK;
    const char* why = gzerror(in.get(), &fault);
    // A file that was cut short ends without an error of gzread's own.
    if (got < 0 || (fault != Z_OK && fault != Z_STREAM_END))
      throw Error(ErrorCode::Unreadable, place, fmt::format("{}: {}", in_quotes(file), why));
    bytes.resize(before + static_cast<std::size_t>(got));
    if (got == 0) return bytes;
    if (bytes.size() > most)
      throw Error(ErrorCode::Unreadable, place, fmt::format("{}: unpacks to more than {} bytes", in_quotes(file), most));
  }
}

}  // namespace workflow
