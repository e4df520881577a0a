#pragma once

#include <string>

namespace workflow {

/// A folder that is filled under a hidden name beside the one that is meant, and takes that name only when it is whole.
/// Without take_name() or replace() the destructor removes it with all that is in it. One thread at a time.
/// Every call throws Error (Failed) with `place`, the folder and the system's reason.
class AsideFolder {
 public:
  /// Makes it, and the folders above `target` where they are missing.
  AsideFolder(const std::string& target, std::string place);
  ~AsideFolder();
  AsideFolder(const AsideFolder&) = delete;
  AsideFolder& operator=(const AsideFolder&) = delete;

  const std::string& path() const { return path_; }

  /// Gives it a name beside its own; false, and nothing is changed, where somebody has it already.
  bool take_name(const std::string& target);

  /// Gives it the name in place of what has it, in one step.
  void replace(const std::string& target);

 private:
  [[noreturn]] void fail(const std::string& target, int why) const;
  bool rename(const std::string& target, unsigned how);

  std::string place_;
  std::string path_;
};

}  // namespace workflow
