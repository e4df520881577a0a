#include "base/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "workflow/base/error.h"

namespace workflow {
namespace {

struct Descriptor {
  int value;
  explicit Descriptor(int fd) : value(fd) {}
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
};

}  // namespace

MappedFile::MappedFile(const std::string& file, std::string_view place) {
  const auto unreadable = [&](std::string_view why) {
    return Error(ErrorCode::Unreadable, place, fmt::format("\"{}\": wanted a readable file, got: {}", file, why));
  };
  // Without O_NONBLOCK a pipe would wait for a writer.
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (descriptor.value < 0) {
    const int why = errno;
    if (why == ENOENT || why == ENOTDIR) throw Error(ErrorCode::NotFound, place, fmt::format("no file \"{}\"", file));
    throw unreadable(std::generic_category().message(why));
  }
  struct stat status = {};
  if (::fstat(descriptor.value, &status) != 0) throw unreadable(std::generic_category().message(errno));
  if (!S_ISREG(status.st_mode)) throw unreadable(S_ISDIR(status.st_mode) ? "a folder" : "no regular file");
  if (status.st_size == 0) return;
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.value, 0);
  if (data == MAP_FAILED) throw unreadable(std::generic_category().message(errno));
  bytes_ = {static_cast<const std::byte*>(data), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace workflow
