#include "operators/json_lines.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/sip_hash.h"
#include "workflow/base/error.h"
#include "workflow/base/json.h"

namespace workflow {
namespace {

[[noreturn]] void fail(const std::string& file, std::string_view doing) {
  throw Error(ErrorCode::Failed, "write", fmt::format("{}: can't {}: {}", Json(file).dump(), doing, std::strerror(errno)));
}

std::pair<std::uint64_t, std::uint64_t> digest(std::string_view key) { return {sip_hash(key, 1, 2), sip_hash(key, 3, 4)}; }

}  // namespace

/// The file while this process alone may change it.
class JsonLines::Locked {
 public:
  explicit Locked(const std::string& file) : file_(file) {
    std::error_code ignored;  // open() tells why it fails
    std::filesystem::create_directories(std::filesystem::path(file).parent_path(), ignored);
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail(file_, "open it");
    while (::flock(descriptor_, LOCK_EX) != 0)
      if (errno != EINTR) {
        ::close(descriptor_);
        fail(file_, "lock it");
      }
  }
  ~Locked() { ::close(descriptor_); }  // which unlocks it
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

  std::uint64_t size() const {
    struct stat info {};
    if (::fstat(descriptor_, &info) != 0) fail(file_, "look at it");
    return static_cast<std::uint64_t>(info.st_size);
  }

  std::string read(std::uint64_t from, std::uint64_t to) const {
    std::string bytes(to - from, '\0');
    for (std::size_t done = 0; done < bytes.size();) {
      const auto got = ::pread(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(from + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail(file_, "read it");
      if (got == 0) return bytes.substr(0, done);
      done += static_cast<std::size_t>(got);
    }
    return bytes;
  }

  void write(std::string_view bytes, std::uint64_t at) const {
    for (std::size_t done = 0; done < bytes.size();) {
      const auto put = ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(at + done));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) {
        const int why = errno;
        cut(at);  // all or none
        errno = why;
        fail(file_, "write to it");
      }
      done += static_cast<std::size_t>(put);
    }
    if (::fdatasync(descriptor_) != 0) fail(file_, "bring it to the disk");
  }

  void cut(std::uint64_t size) const {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) fail(file_, "cut off its broken last line");
  }

 private:
  const std::string& file_;
  int descriptor_ = -1;
};

void JsonLines::read_news(const Locked& file) {
  const std::uint64_t size = file.size();
  if (size < read_) {  // somebody emptied it, or put another one in its place
    keys_.clear();
    read_ = 0;
  }
  constexpr std::uint64_t piece = 1 << 20;
  std::string rest;
  for (std::uint64_t at = read_; at < size;) {
    const std::uint64_t end = std::min(size, at + piece);
    rest += file.read(at, end);
    at = end;
    std::size_t begin = 0;
    for (std::size_t stop = rest.find('\n'); stop != std::string::npos; stop = rest.find('\n', begin)) {
      try {
        const Json line = Json::parse(std::string_view(rest).substr(begin, stop - begin));
        if (const Json* key = line.find("key"); key && key->is_string()) keys_.insert(digest(key->string()));
      } catch (const Error&) {
        // Somebody else's line: it stays, and is nobody's key.
      }
      begin = stop + 1;
    }
    rest.erase(0, begin);
  }
  read_ = size - rest.size();
  if (!rest.empty()) file.cut(read_);
}

void JsonLines::append(std::span<const Line> lines) {
  const Locked file(file_);
  read_news(file);
  std::string text;
  std::vector<Digest> added;
  for (const Line& line : lines) {
    const Digest key = digest(line.key);
    if (!keys_.insert(key).second) continue;
    added.push_back(key);
    text += line.text + '\n';
  }
  try {
    if (!text.empty()) file.write(text, read_);
  } catch (...) {
    for (const Digest& key : added) keys_.erase(key);
    throw;
  }
  read_ += text.size();
}

}  // namespace workflow
