#include "run/file_list.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string_view>

#include "workflow/base/error.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return text.substr(at, end - at);
}

bool has_wildcard(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

bool has_ending(const std::string& name, const std::vector<std::string>& endings) {
  const auto ends_with = [&](const std::string& ending) {
    return name.size() >= ending.size() &&
           std::equal(ending.begin(), ending.end(), name.end() - static_cast<std::ptrdiff_t>(ending.size()),
                      [](char wanted, char got) {
                        return wanted == static_cast<char>(std::tolower(static_cast<unsigned char>(got)));
                      });
  };
  return endings.empty() || std::any_of(endings.begin(), endings.end(), ends_with);
}

// A folder that cannot be read is as good as empty: one of them must not spoil the walk through all the others.
std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::error_code problem;
  std::vector<fs::directory_entry> entries;
  for (fs::directory_iterator it(folder.empty() ? "." : folder, problem), end; !problem && it != end;
       it.increment(problem)) {
    entries.push_back(*it);
  }
  return entries;
}

bool matches(const std::string& name, const std::string& pattern) {
  return ::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0;
}

// Walks the pattern's parts from `part` on below `folder` (`id` is what lies between the fixed part and it).
void walk(const fs::path& folder, const std::string& id, const std::vector<std::string>& parts, std::size_t part,
          std::vector<ListedFile>& found) {
  const bool is_last = part + 1 == parts.size();
  const bool any_depth = parts[part] == "**" && !is_last;
  if (any_depth) walk(folder, id, parts, part + 1, found);
  for (const fs::directory_entry& entry : entries_of(folder)) {
    const std::string name = entry.path().filename().string();
    if (!matches(name, parts[part])) continue;
    const std::string entry_id = id.empty() ? name : id + "/" + name;
    std::error_code problem;
    const bool is_folder = entry.is_directory(problem);
    if (is_last) {
      if (entry.is_regular_file(problem)) found.push_back({entry.path().string(), entry_id});
    } else if (any_depth) {
      // A link back up would make the walk endless.
      if (is_folder && !entry.is_symlink(problem)) walk(entry.path(), entry_id, parts, part, found);
    } else if (is_folder) {
      walk(entry.path(), entry_id, parts, part + 1, found);
    }
  }
}

std::vector<ListedFile> files_of_glob(const std::string& pattern) {
  fs::path fixed;
  std::vector<std::string> parts;
  for (const fs::path& part : fs::path(pattern)) {
    const std::string text = part.string();
    if (parts.empty() && !has_wildcard(text)) {
      fixed /= part;
    } else if (!text.empty() && (parts.empty() || text != "**" || parts.back() != "**")) {
      parts.push_back(text);
    }
  }
  std::vector<ListedFile> found;
  walk(fixed, "", parts, 0, found);
  return found;
}

std::vector<ListedFile> files_of_folder(const std::string& folder) {
  std::vector<ListedFile> found;
  for (const fs::directory_entry& entry : entries_of(folder)) {
    std::error_code problem;
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file(problem)) found.push_back({entry.path().string(), name});
  }
  return found;
}

}  // namespace

bool natural_less(const std::string& a, const std::string& b) {
  std::size_t i = 0;
  std::size_t k = 0;
  while (i < a.size() && k < b.size()) {
    if (!is_digit(a[i]) || !is_digit(b[k])) {
      if (a[i] != b[k]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[k]);
      ++i;
      ++k;
      continue;
    }
    std::string_view left = digits_at(a, i);
    std::string_view right = digits_at(b, k);
    i += left.size();
    k += right.size();
    left.remove_prefix(std::min(left.find_first_not_of('0'), left.size()));
    right.remove_prefix(std::min(right.find_first_not_of('0'), right.size()));
    if (left.size() != right.size()) return left.size() < right.size();
    if (left != right) return left < right;
  }
  if ((i < a.size()) != (k < b.size())) return k < b.size();
  return a < b;  // img1 and img01
}

const std::vector<std::string>& picture_endings() {
  static const std::vector<std::string> endings = {".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".tif", ".tiff", ".webp",
                                                   ".ppm", ".pgm",  ".pbm", ".pnm", ".gif", ".jp2"};
  return endings;
}

std::vector<ListedFile> list_files(const std::string& pattern, const std::vector<std::string>& endings) {
  std::error_code problem;
  const fs::file_status status = fs::status(pattern, problem);
  if (fs::is_regular_file(status)) return {{pattern, fs::path(pattern).filename().string()}};
  const bool is_folder = fs::is_directory(status);
  if (!is_folder && !has_wildcard(pattern)) {
    throw Error(ErrorCode::NotFound, "list_files", fmt::format("\"{}\": no such file or folder", pattern));
  }
  std::vector<ListedFile> found = is_folder ? files_of_folder(pattern) : files_of_glob(pattern);
  const std::size_t all = found.size();
  std::erase_if(found, [&](const ListedFile& file) { return !has_ending(file.id, endings); });
  if (found.empty()) {
    throw Error(ErrorCode::NotFound, "list_files",
                fmt::format("\"{}\": wanted files with {}, got {}", pattern,
                            endings.empty() ? "any ending" : fmt::format("{}", fmt::join(endings, " ")),
                            all == 0 ? "none at all" : fmt::format("{} with other endings", all)));
  }
  std::sort(found.begin(), found.end(), [](const ListedFile& a, const ListedFile& b) { return natural_less(a.id, b.id); });
  return found;
}

}  // namespace workflow
