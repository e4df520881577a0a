#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <string>

namespace workflow {

/// Of all who have an outbox open, in this process or others, one delivers: who holds the lock of a file beside it. The
/// system lets go of it when the process dies, and another one's next asking gets it.
class DeliveryTurn {
 public:
  explicit DeliveryTurn(const std::string& outbox)
      : descriptor_(::open((outbox + "-delivery").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {}
  ~DeliveryTurn() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  DeliveryTurn(const DeliveryTurn&) = delete;
  DeliveryTurn& operator=(const DeliveryTurn&) = delete;

  /// Whether it is ours; asks for it where it is not yet, and does not wait.
  bool is_ours() {
    if (!ours_ && descriptor_ >= 0) ours_ = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
    return ours_;
  }

 private:
  int descriptor_;
  bool ours_ = false;
};

}  // namespace workflow
