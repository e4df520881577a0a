#include "base/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "workflow/base/error.h"

namespace workflow {

AtomicFile::AtomicFile(std::string file, std::string place) : file_(std::move(file)), place_(std::move(place)) {
  static std::atomic<unsigned> count = 0;
  // A file of the same name is what a crashed process of the same id left: the next number is free.
  do {
    const auto name = fmt::format(".workflow-{}-{}.tmp", ::getpid(), count++);
    aside_ = (std::filesystem::path(file_).parent_path() / name).string();
    descriptor_ = ::open(aside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) fail("create a file beside it");
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!aside_.empty()) ::unlink(aside_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      fail("write it");
    }
  }
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) fail("bring it to the disk");
  if (::close(std::exchange(descriptor_, -1)) != 0) fail("close it");
  if (std::rename(aside_.c_str(), file_.c_str()) != 0) fail("give it its name");
  aside_.clear();
  // The name itself lasts once the folder is on the disk; a file system that cannot do that has done all it can.
  const auto folder = std::filesystem::path(file_).parent_path();
  const int opened = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return;
  ::fsync(opened);
  ::close(opened);
}

void AtomicFile::fail(std::string_view doing) const {
  const auto why = std::generic_category().message(errno);
  throw Error(ErrorCode::Failed, place_, fmt::format("\"{}\": cannot {}: {}", file_, doing, why));
}

}  // namespace workflow
