#include "catalogue/fetch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/file_lock.h"
#include "base/in_quotes.h"
#include "base/sha256.h"
#include "workflow/base/error.h"
#include "workflow/base/log.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

constexpr int most_idle_attempts = 3;  // that bring no byte

// The half that is there: bytes are put at their place, so that a server may go on or begin anew.
class Half {
 public:
  Half(std::string file, std::string place)
      : file_(std::move(file)),
        place_(std::move(place)),
        descriptor_(::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (descriptor_ < 0) fail();
    const off_t end = ::lseek(descriptor_, 0, SEEK_END);
    if (end < 0) fail();
    size_ = static_cast<std::uint64_t>(end);
  }
  ~Half() { ::close(descriptor_); }
  Half(const Half&) = delete;
  Half& operator=(const Half&) = delete;

  std::uint64_t size() const { return size_; }

  void put(std::uint64_t at, std::span<const std::byte> bytes) {
    if (at != size_) cut(at);
    while (!bytes.empty()) {
      const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail();
      size_ += static_cast<std::uint64_t>(written);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }

  void cut(std::uint64_t size) {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) fail();
    size_ = size;
  }

  void remove() { ::unlink(file_.c_str()); }

  void take_name(const std::string& target) {
    if (::fsync(descriptor_) != 0 || std::rename(file_.c_str(), target.c_str()) != 0) fail();
  }

 private:
  // A full disk is not kept full by a half that nobody can use.
  [[noreturn]] void fail() {
    const int why = errno;
    ::unlink(file_.c_str());
    throw Error(ErrorCode::Failed, place_,
                fmt::format("cannot write {}: {}", in_quotes(file_), std::generic_category().message(why)));
  }

  std::string file_;
  std::string place_;
  int descriptor_;
  std::uint64_t size_ = 0;
};

class Download {
 public:
  Download(const WeightsLocation& from, const std::string& half, const std::string& place, const HttpOptions& options)
      : from_(from),
        place_(place),
        half_file_(half),
        options_(options),
        most_bytes_(std::exchange(options_.most_bytes, std::uint64_t{1} << 62)),
        half_(half, place) {}

  void run(const std::string& target) {
    bool began_before = half_.size() > 0;
    while (true) {
      bring_all();
      const std::string sum = Sha256::of_file(half_file_, place_);
      if (sum.starts_with(from_.sha256)) return half_.take_name(target);
      if (!began_before) refuse(sum);
      // The half may have been of another file: once more, from the start.
      half_.cut(0);
      began_before = false;
    }
  }

 private:
  void bring_all() {
    for (int idle = 0;;) {
      const std::uint64_t before = half_.size();
      try {
        const int status = http_get(
            from_.url, before, [&](std::uint64_t at, std::span<const std::byte> bytes) { put(at, bytes); }, options_);
        if (status == 416) return;  // there is nothing beyond what is here: the sum tells whether it is all
        if (status != 0 && status != 200 && status != 206) bad_status(status);
        return;
      } catch (const Error& error) {
        if (error.code() != ErrorCode::Unavailable) throw;
        idle = half_.size() > before ? 0 : idle + 1;
        if (idle == most_idle_attempts)
          throw Error(ErrorCode::Unavailable, place_,
                      fmt::format("cannot fetch its weights ({} bytes are here, the next call goes on): {}", half_.size(),
                                  error.text()));
        log(LogLevel::Info, fmt::format("{}: trying again: {}", place_, error.text()));
      }
    }
  }

  void put(std::uint64_t at, std::span<const std::byte> bytes) {
    if (at + bytes.size() > most_bytes_) {
      half_.remove();
      throw Error(ErrorCode::Unreadable, place_,
                  fmt::format("wanted at most {} bytes of weights, got more\n{}", most_bytes_, in_quotes(from_.url)));
    }
    half_.put(at, bytes);
  }

  [[noreturn]] void bad_status(int status) {
    if (half_.size() == 0) half_.remove();
    throw Error(status == 404 || status == 410 ? ErrorCode::NotFound : ErrorCode::Unavailable, place_,
                fmt::format("cannot fetch its weights: the server answers {}\n{}", status, in_quotes(from_.url)));
  }

  [[noreturn]] void refuse(const std::string& sum) {
    half_.remove();
    throw Error(
        ErrorCode::Unreadable, place_,
        fmt::format("what came is not the file that is wanted: its sha256 is {}..., not {}...\nwanted {}\ngot    {}\n{}",
                    sum.substr(0, 8), from_.sha256.substr(0, 8), from_.sha256, sum, in_quotes(from_.url)));
  }

  const WeightsLocation& from_;
  const std::string& place_;
  std::string half_file_;
  HttpOptions options_;
  std::uint64_t most_bytes_;  // of the whole file, however many calls it takes
  Half half_;
};

}  // namespace

void fetch(const WeightsLocation& from, const std::string& target, const std::string& place, const HttpOptions& options) {
  const fs::path folder = fs::path(target).parent_path();
  std::error_code fault;
  fs::create_directories(folder, fault);
  if (fault)
    throw Error(ErrorCode::Failed, place, fmt::format("cannot make {}: {}", in_quotes(folder.string()), fault.message()));
  const FileLock turn((folder / ".fetching").string(), place);
  if (fs::exists(target, fault)) return;  // somebody else brought it meanwhile
  log(LogLevel::Info, fmt::format("{}: fetching {}", place, from.url));
  const std::string half = (folder / fmt::format(".{}.part", fs::path(target).filename().string())).string();
  Download(from, half, place, options).run(target);
}

}  // namespace workflow
