#include "train/embedding_cache.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include "catch.h"
#include "temporary_folder.h"

using namespace workflow;

namespace {

ContentHash hash(int number) { return content_hash(std::to_string(number)); }

std::vector<float> embedding(int number, std::size_t length = 4) {
  return std::vector<float>(length, static_cast<float>(number));
}

bool knows(const EmbeddingCache& cache, int number, std::size_t length = 4) {
  std::vector<float> found(length);
  return cache.find(hash(number), found) && found == embedding(number, length);
}

}  // namespace

TEST_CASE("Embeddings are found again by content, by this process and by the next") {
  const TemporaryFolder folder;
  const EmbeddingCacheOptions options{.folder = folder / "cache"};
  {
    EmbeddingCache cache(options, "trunk@1 x", 4);
    CHECK_FALSE(knows(cache, 1));
    for (int i = 0; i < 10; ++i) cache.add(hash(i), embedding(i));
    cache.flush();
    CHECK(knows(cache, 1));
  }
  const EmbeddingCache again(options, "trunk@1 x", 4);
  for (int i = 0; i < 10; ++i) CHECK(knows(again, i));
  CHECK_FALSE(knows(again, 10));
}

TEST_CASE("A trunk of another version, other weights or another length knows nothing of them") {
  const TemporaryFolder folder;
  const EmbeddingCacheOptions options{.folder = folder.path().string()};
  EmbeddingCache cache(options, "trunk@1 x", 4);
  cache.add(hash(1), embedding(1));
  cache.flush();
  CHECK_FALSE(knows(EmbeddingCache(options, "trunk@2 x", 4), 1));
  CHECK_FALSE(knows(EmbeddingCache(options, "trunk@1 y", 4), 1));
  CHECK_FALSE(knows(EmbeddingCache(options, "trunk@1 x", 3), 1, 3));
  CHECK(knows(EmbeddingCache(options, "trunk@1 x", 4), 1));
}

TEST_CASE("A record that was torn or rotted is passed over, and the file goes on behind it") {
  const TemporaryFolder folder;
  const EmbeddingCacheOptions options{.folder = folder.path().string()};
  std::string file;
  {
    EmbeddingCache cache(options, "trunk", 4);
    for (int i = 0; i < 3; ++i) cache.add(hash(i), embedding(i));
    file = cache.file();
  }
  const auto whole = std::filesystem::file_size(file);
  std::filesystem::resize_file(file, whole - 5);
  {
    std::fstream rot(file, std::ios::binary | std::ios::in | std::ios::out);
    rot.seekp(static_cast<std::streamoff>(whole - 2 * 40 + 20));
    rot.put('\x55');
  }
  {
    EmbeddingCache cache(options, "trunk", 4);
    CHECK(knows(cache, 0));
    CHECK_FALSE(knows(cache, 1));
    CHECK_FALSE(knows(cache, 2));
    cache.add(hash(2), embedding(2));
  }
  CHECK(knows(EmbeddingCache(options, "trunk", 4), 2));
  CHECK(std::filesystem::file_size(file) == whole);
  std::filesystem::resize_file(file, 7);  // not even its head is whole
  EmbeddingCache cache(options, "trunk", 4);
  CHECK_FALSE(knows(cache, 0));
  cache.add(hash(0), embedding(0));
  cache.flush();
  CHECK(knows(cache, 0));
}

TEST_CASE("A cache stays within its bound, and the newest remain") {
  const TemporaryFolder folder;
  const EmbeddingCacheOptions options{.folder = folder.path().string(), .most_bytes = 4096};
  std::string file;
  {
    EmbeddingCache cache(options, "trunk", 4);
    file = cache.file();
    for (int i = 0; i < 1000; ++i) {
      cache.add(hash(i), embedding(i));
      cache.flush();
      REQUIRE(std::filesystem::file_size(file) <= 4096);
    }
    CHECK(knows(cache, 999));
    CHECK_FALSE(knows(cache, 0));
  }
  CHECK(knows(EmbeddingCache(options, "trunk", 4), 990));
}

TEST_CASE("A cache without room, or in a folder that cannot be made, does without and says so") {
  const TemporaryFolder folder;
  EmbeddingCache none({.folder = folder.path().string(), .most_bytes = 0}, "trunk", 4);
  none.add(hash(1), embedding(1));
  none.flush();
  CHECK_FALSE(knows(none, 1));
  CHECK(std::filesystem::is_empty(folder.path()));
  std::ofstream(folder / "file") << "x";
  EmbeddingCache blocked({.folder = folder / "file/below"}, "trunk", 4);
  blocked.add(hash(1), embedding(1));
  blocked.flush();
  CHECK_FALSE(knows(blocked, 1));
}

TEST_CASE("Two writers at once lose nothing") {
  const TemporaryFolder folder;
  const EmbeddingCacheOptions options{.folder = folder.path().string()};
  const auto write = [&](int from) {
    EmbeddingCache cache(options, "trunk", 4);
    for (int i = from; i < from + 200; ++i) {
      cache.add(hash(i), embedding(i));
      if (i % 7 == 0) cache.flush();
    }
  };
  std::thread other([&] { write(1000); });
  write(0);
  other.join();
  const EmbeddingCache cache(options, "trunk", 4);
  for (int i = 0; i < 200; ++i) {
    CHECK(knows(cache, i));
    CHECK(knows(cache, 1000 + i));
  }
}

TEST_CASE("Equal contents have equal hashes, and a part of a picture has another") {
  CHECK(content_hash("a") == content_hash("a"));
  CHECK(content_hash("a") != content_hash("b"));
  CHECK(content_hash("") != content_hash(std::string(1, '\0')));
  const LabelledInput text{.input = Text{"a"}};
  CHECK(content_hash(text) == content_hash("a"));
  const TemporaryFolder folder;
  std::ofstream(folder / "x") << "pixels";
  const LabelledInput whole{.input = ImageFile{folder / "x", {}}},
      part{.input = ImageFile{folder / "x", Box{0, 0, 0.5f, 1}}};
  CHECK(content_hash(whole) == content_hash("pixels"));
  CHECK(content_hash(part) != content_hash(whole));
  CHECK_THROWS(content_hash(LabelledInput{.input = ImageFile{folder / "gone", {}}}));
}
