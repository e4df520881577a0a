#include "base/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {

FileLock::FileLock(const std::string& file, const std::string& place)
    : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  int locked = -1;
  if (descriptor_ >= 0) {
    do {
      locked = ::flock(descriptor_, LOCK_EX);
    } while (locked != 0 && errno == EINTR);
  }
  if (locked == 0) return;
  const int why = errno;
  if (descriptor_ >= 0) ::close(descriptor_);
  throw Error(ErrorCode::Failed, place,
              fmt::format("cannot lock {}: {}", in_quotes(file), std::generic_category().message(why)));
}

FileLock::~FileLock() { ::close(descriptor_); }

}  // namespace workflow
