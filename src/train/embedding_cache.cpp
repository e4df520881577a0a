#include "train/embedding_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/file_lock.h"
#include "base/in_quotes.h"
#include "base/sip_hash.h"
#include "workflow/base/error.h"
#include "workflow/base/log.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

// The file's head: a name, the layout's version, the record's length, the trunk's name hashed.
struct Head {
  char name[8] = {'w', 'f', 'e', 'm', 'b', 'e', 'd', '1'};
  std::uint64_t length = 0;
  ContentHash trunk = {};
};

constexpr std::size_t block_bytes = std::size_t{1} << 20U;

std::string standard_folder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache) return std::string(cache) + "/workflow/embeddings";
  const char* home = std::getenv("HOME");
  return std::string(home ? home : "/tmp") + "/.cache/workflow/embeddings";
}

bool read_at(int descriptor, void* into, std::size_t bytes, std::uint64_t offset) {
  return ::pread(descriptor, into, bytes, static_cast<off_t>(offset)) == static_cast<ssize_t>(bytes);
}

bool write_at(int descriptor, const void* from, std::size_t bytes, std::uint64_t offset) {
  const char* at = static_cast<const char*>(from);
  while (bytes > 0) {
    const ssize_t written = ::pwrite(descriptor, at, bytes, static_cast<off_t>(offset));
    if (written <= 0) return false;
    at += written, offset += static_cast<std::uint64_t>(written), bytes -= static_cast<std::size_t>(written);
  }
  return true;
}

std::uint64_t size_of(int descriptor) {
  struct stat status = {};
  return ::fstat(descriptor, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

EmbeddingCache::EmbeddingCache(const EmbeddingCacheOptions& options, const std::string& trunk, std::size_t length)
    : trunk_(trunk),
      length_(length),
      record_bytes_(sizeof(ContentHash) + length * sizeof(float) + 8),
      most_bytes_(options.most_bytes) {
  if (most_bytes_ < sizeof(Head) + record_bytes_) return;
  const fs::path folder = options.folder.empty() ? standard_folder() : options.folder;
  const std::string name = trunk.substr(0, trunk.find_first_of(" /"));
  file_ =
      (folder / fmt::format("{}-{:016x}.embeddings", name, content_hash(fmt::format("{} {}", trunk, length)).low)).string();
  std::error_code problem;
  fs::create_directories(folder, problem);
  open();
}

EmbeddingCache::~EmbeddingCache() {
  flush();
  if (descriptor_ >= 0) ::close(descriptor_);
}

void EmbeddingCache::give_up(const std::string& why) {
  log(LogLevel::Warning, fmt::format("embeddings are not kept: {}: {}", in_quotes(file_), why));
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void EmbeddingCache::open() {
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) return give_up(std::strerror(errno));
  try {
    const FileLock lock(file_, "embeddings");
    read_places();
  } catch (const Error& error) {
    give_up(error.text());
  }
}

void EmbeddingCache::read_places() {
  Head wanted{.length = length_, .trunk = content_hash(trunk_)}, found;
  // A file of an older layout, or one that was never whole, is begun anew.
  if (!read_at(descriptor_, &found, sizeof found, 0) || std::memcmp(&wanted, &found, sizeof found) != 0) {
    if (::ftruncate(descriptor_, 0) != 0 || !write_at(descriptor_, &wanted, sizeof wanted, 0))
      return give_up(std::strerror(errno));
    return;
  }
  const std::uint64_t end = size_of(descriptor_);
  for (std::uint64_t at = sizeof(Head); at + record_bytes_ <= end; at += record_bytes_) {
    ContentHash hash;
    if (!read_at(descriptor_, &hash, sizeof hash, at)) return give_up(std::strerror(errno));
    places_[hash] = at;
  }
}

std::vector<char> EmbeddingCache::record_of(const ContentHash& hash, std::span<const float> embedding) const {
  std::vector<char> record(record_bytes_);
  std::memcpy(record.data(), &hash, sizeof hash);
  std::memcpy(record.data() + sizeof hash, embedding.data(), embedding.size_bytes());
  const std::uint64_t check = sip_hash({record.data(), record_bytes_ - 8}, length_, 1);
  std::memcpy(record.data() + record_bytes_ - 8, &check, sizeof check);
  return record;
}

bool EmbeddingCache::holds(std::span<const char> record, const ContentHash& hash) const {
  std::uint64_t check = 0;
  std::memcpy(&check, record.data() + record_bytes_ - 8, sizeof check);
  return std::memcmp(record.data(), &hash, sizeof hash) == 0 &&
         check == sip_hash({record.data(), record_bytes_ - 8}, length_, 1);
}

bool EmbeddingCache::find(const ContentHash& hash, std::span<float> into) const {
  const auto place = places_.find(hash);
  if (descriptor_ < 0 || place == places_.end()) return false;
  std::vector<char> record(record_bytes_);
  // Another process may have made the file anew meanwhile: the record says whose it is.
  if (!read_at(descriptor_, record.data(), record.size(), place->second) || !holds(record, hash)) return false;
  std::memcpy(into.data(), record.data() + sizeof hash, into.size_bytes());
  return true;
}

void EmbeddingCache::add(const ContentHash& hash, std::span<const float> embedding) {
  if (descriptor_ < 0) return;
  const std::vector<char> record = record_of(hash, embedding);
  waiting_.insert(waiting_.end(), record.begin(), record.end());
  waiting_hashes_.push_back(hash);
  if (waiting_.size() >= std::min<std::uint64_t>(block_bytes, most_bytes_ / 4)) flush();
}

void EmbeddingCache::flush() {
  if (descriptor_ < 0 || waiting_.empty()) return;
  try {
    const FileLock lock(file_, "embeddings");
    write_waiting();
  } catch (const Error& error) {
    give_up(error.text());
  }
}

void EmbeddingCache::write_waiting() {
  make_room(waiting_.size());
  if (descriptor_ < 0) return;
  // After a torn record the file goes on where that began.
  const std::uint64_t whole = (size_of(descriptor_) - sizeof(Head)) / record_bytes_ * record_bytes_ + sizeof(Head);
  if (!write_at(descriptor_, waiting_.data(), waiting_.size(), whole)) return give_up(std::strerror(errno));
  for (std::size_t i = 0; i < waiting_hashes_.size(); ++i) places_[waiting_hashes_[i]] = whole + i * record_bytes_;
  waiting_.clear();
  waiting_hashes_.clear();
}

void EmbeddingCache::make_room(std::size_t bytes) {
  const std::uint64_t size = size_of(descriptor_);
  if (size + bytes <= most_bytes_) return;
  // The older half goes, by moving the newer one to the front; what is torn by a crash meanwhile fails its check.
  const std::uint64_t records = (size - sizeof(Head)) / record_bytes_;
  const std::uint64_t room = (most_bytes_ - sizeof(Head)) / record_bytes_;
  const std::uint64_t kept = std::min(records, room / 2);
  std::vector<char> record(record_bytes_);
  places_.clear();
  for (std::uint64_t i = 0; i < kept; ++i) {
    const std::uint64_t from = sizeof(Head) + (records - kept + i) * record_bytes_, to = sizeof(Head) + i * record_bytes_;
    if (!read_at(descriptor_, record.data(), record.size(), from) ||
        !write_at(descriptor_, record.data(), record.size(), to))
      return give_up(std::strerror(errno));
    ContentHash hash;
    std::memcpy(&hash, record.data(), sizeof hash);
    places_[hash] = to;
  }
  if (::ftruncate(descriptor_, static_cast<off_t>(sizeof(Head) + kept * record_bytes_)) != 0) give_up(std::strerror(errno));
}

}  // namespace workflow
