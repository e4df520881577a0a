#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "train/content_hash.h"
#include "workflow/train/head_options.h"

namespace workflow {

/// The embeddings of one trunk on disk, by content hash: a file of records of equal length that only grows at its end, so
/// that readers and writers of several processes get on with each other (flock). Each record carries a check of its own:
/// one that was torn by a crash, or rotted, is passed over and computed anew. A trunk with other weights, another version
/// or another length has another file. For one thread.
class EmbeddingCache {
 public:
  /// `trunk` names the model and everything that its embeddings depend on. A cache that cannot be opened or read is told to
  /// the log sink and does without: it never fails a training.
  EmbeddingCache(const EmbeddingCacheOptions& options, const std::string& trunk, std::size_t length);
  ~EmbeddingCache();
  EmbeddingCache(const EmbeddingCache&) = delete;
  EmbeddingCache& operator=(const EmbeddingCache&) = delete;

  /// Copies a known embedding; false where it is not known, or no longer whole.
  bool find(const ContentHash& hash, std::span<float> into) const;

  /// Keeps one. Written in blocks; the last with flush() or the destructor.
  void add(const ContentHash& hash, std::span<const float> embedding);
  void flush();

  const std::string& file() const { return file_; }

 private:
  void open();
  void read_places();
  void write_waiting();
  void give_up(const std::string& why);
  void make_room(std::size_t bytes);
  std::vector<char> record_of(const ContentHash& hash, std::span<const float> embedding) const;
  bool holds(std::span<const char> record, const ContentHash& hash) const;

  std::string trunk_;
  std::size_t length_ = 0;
  std::size_t record_bytes_ = 0;
  std::uint64_t most_bytes_ = 0;
  std::string file_;
  int descriptor_ = -1;
  std::map<ContentHash, std::uint64_t> places_;  // of records, as offsets in the file
  std::vector<char> waiting_;
  std::vector<ContentHash> waiting_hashes_;
};

}  // namespace workflow
