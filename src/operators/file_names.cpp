#include "operators/file_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/sip_hash.h"

namespace workflow {

std::string file_name(std::string_view name) {
  constexpr std::size_t longest = 180;  // file systems take 255, and an ending and a place are still to come
  std::string safe;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = byte > 0x20 && byte != 0x7f && std::string_view("/\\:*?\"<>|%@").find(c) == std::string_view::npos;
    if (is_plain || (c == ' ' && !safe.empty()))
      safe.push_back(c);
    else
      safe += fmt::format("%{:02X}", byte);
  }
  // "." and ".." are no names, and what begins so is hidden.
  if (safe.starts_with('.')) safe = fmt::format("%2E{}", safe.substr(1));
  if (safe.empty()) safe.push_back('%');
  if (safe.size() > longest) safe = fmt::format("{}%{:016x}", safe.substr(0, longest - 17), sip_hash(name, 0, 0));
  return safe;
}

std::string file_of(std::string_view input_id, std::span<const std::uint32_t> path) {
  std::string file;
  for (std::size_t begin = 0; begin <= input_id.size();) {
    const std::size_t end = std::min(input_id.find('/', begin), input_id.size());
    if (end > begin) {
      if (!file.empty()) file += '/';
      file += file_name(input_id.substr(begin, end - begin));
    }
    begin = end + 1;
  }
  if (file.empty()) file.push_back('%');
  return path.empty() ? file : fmt::format("{}@{}", file, fmt::join(path, "-"));
}

}  // namespace workflow
