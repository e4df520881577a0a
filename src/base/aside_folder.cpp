#include "base/aside_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

void bring_to_disk(const fs::path& folder) {
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return;
  ::fsync(opened);
  ::close(opened);
}

}  // namespace

AsideFolder::AsideFolder(const std::string& target, std::string place) : place_(std::move(place)) {
  const fs::path full = fs::absolute(target).lexically_normal();
  std::error_code fault;
  fs::create_directories(full.parent_path(), fault);
  std::string pattern = (full.parent_path() / fmt::format(".{}.XXXXXX", full.filename().string())).string();
  if (fault) fail(target, fault.value());
  if (!::mkdtemp(pattern.data())) fail(target, errno);
  path_ = pattern;
  fs::permissions(path_, fs::perms(0755), fault);
}

AsideFolder::~AsideFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

bool AsideFolder::take_name(const std::string& target) {
  if (!rename(target, RENAME_NOREPLACE)) return false;
  path_.clear();
  return true;
}

void AsideFolder::replace(const std::string& target) {
  if (take_name(target)) return;
  // Exchanging leaves the old folder under the other name, where the destructor removes it.
  rename(target, RENAME_EXCHANGE);
}

bool AsideFolder::rename(const std::string& target, unsigned how) {
  const fs::path full = fs::absolute(target).lexically_normal();
  if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, full.c_str(), how) != 0) {
    if (errno == EEXIST && how == RENAME_NOREPLACE) return false;
    fail(target, errno);
  }
  bring_to_disk(full.parent_path());
  return true;
}

void AsideFolder::fail(const std::string& target, int why) const {
  throw Error(ErrorCode::Failed, place_,
              fmt::format("cannot write {}: {}", in_quotes(target), std::generic_category().message(why)));
}

}  // namespace workflow
