#pragma once

#include <cstddef>
#include <fstream>
#include <optional>
#include <string>

namespace workflow {

/// The lines of a file, one after the other, however they end (LF or CR LF); a byte order mark before the first is left
/// out. What is wrong with a line is told with it, and the lines after it are read all the same.
class TextLines {
 public:
  struct Line {
    std::size_t number = 0;  ///< from 1
    std::string text = {};
    std::string fault = {};  ///< why the text is none: too long, or not UTF-8; empty where it is good
  };

  /// Throws Error: NotFound where there is no such file, Unreadable for a folder.
  explicit TextLines(const std::string& file);

  /// None at the end. A line feed at the file's end does not begin another line.
  std::optional<Line> next();

 private:
  std::filebuf file_;
  std::size_t number_ = 0;
};

}  // namespace workflow
