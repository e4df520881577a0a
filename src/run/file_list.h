#pragma once

#include <string>
#include <vector>

namespace workflow {

struct ListedFile {
  std::string path;
  std::string id;  ///< the path below the folder or the glob's fixed part, with '/'; for a single file its name; unique
};

/// The files that a pattern names, in natural order (img2 before img10):
/// - a file: itself, whatever its ending;
/// - a folder: the files directly in it with one of the endings;
/// - a glob, with `*`, `?` and `[..]` in a name and `**` for any depth of folders: the files that match it, with one of the
///   endings. As in a shell, a wildcard does not match a name's leading dot.
/// `endings` are in lower case with their dot (".jpg"), matched in any case; an empty list takes every file.
/// Throws Error (NotFound) where nothing is there or nothing has one of the endings, naming both.
std::vector<ListedFile> list_files(const std::string& pattern, const std::vector<std::string>& endings);

/// The endings of picture files that read_image knows, for list_files.
const std::vector<std::string>& picture_endings();

/// Orders names as people do: runs of digits by their number, everything else by its bytes.
bool natural_less(const std::string& a, const std::string& b);

}  // namespace workflow
