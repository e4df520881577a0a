#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>

namespace workflow {

/// A file of JSON lines, each with a "key" that stands in it once. Several processes may append; one thread at a time here.
class JsonLines {
 public:
  struct Line {
    std::string key;
    std::string text;  ///< one line of JSON, without its end, that holds the key
  };

  explicit JsonLines(std::string file) : file_(std::move(file)) {}

  /// Adds the lines whose keys are not there yet, all of them or none, and brings them to the disk. What a kill left of a
  /// line at the file's end is cut off first. Throws Error (Failed) with the system's reason.
  void append(std::span<const Line> lines);

 private:
  using Digest = std::pair<std::uint64_t, std::uint64_t>;
  class Locked;

  void read_news(const Locked& file);

  std::string file_;
  std::set<Digest> keys_;
  std::uint64_t read_ = 0;  ///< up to here the file's keys are known
};

}  // namespace workflow
