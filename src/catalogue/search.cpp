#include "catalogue/search.h"

#include <libstemmer.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::size_t longest_word = 100;  // of English; what is longer is compared by its begin

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return small;
}

// Letters and digits make words; so do all bytes beyond ASCII, which are parts of letters in UTF-8.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : in_small_letters(text) + " ") {
    const bool is_part = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (is_part && word.size() < longest_word) word += c;
    if (!is_part && !word.empty()) words.push_back(std::exchange(word, {}));
  }
  return words;
}

class Stemmer {
 public:
  std::string operator()(const std::string& word) const {
    if (!stemmer_) return word;
    const auto* letters = reinterpret_cast<const sb_symbol*>(word.data());
    const sb_symbol* stem = sb_stemmer_stem(stemmer_.get(), letters, static_cast<int>(word.size()));
    if (!stem) return word;
    return {reinterpret_cast<const char*>(stem), static_cast<std::size_t>(sb_stemmer_length(stemmer_.get()))};
  }

 private:
  std::unique_ptr<sb_stemmer, void (*)(sb_stemmer*)> stemmer_{sb_stemmer_new("english", "UTF_8"), sb_stemmer_delete};
};

struct Word {
  std::string text;
  std::string stem;
};

std::vector<Word> stemmed(std::string_view text, const Stemmer& stem) {
  std::vector<Word> words;
  for (std::string& word : words_of(text)) {
    std::string its_stem = stem(word);
    words.push_back({std::move(word), std::move(its_stem)});
  }
  return words;
}

std::string text_of(const CatalogueEntry& entry) {
  const ModelSpec& spec = entry.spec;
  std::string text = spec.id + ' ' + spec.task + ' ' + spec.description + ' ' + entry.card;
  for (const std::string& tag : spec.tags) text += ' ' + tag;
  for (const std::string& label : entry.labels) text += ' ' + label;
  return text;
}

bool has_all(const CatalogueEntry& entry, const std::vector<Word>& wanted, const Stemmer& stem) {
  if (wanted.empty()) return true;
  const std::vector<Word> words = stemmed(text_of(entry), stem);
  return std::ranges::all_of(wanted, [&](const Word& want) {
    return std::ranges::any_of(words,
                               [&](const Word& word) { return word.stem == want.stem || word.text.starts_with(want.text); });
  });
}

bool meets(const ModelSpec& spec, const ModelQuery& query) {
  const auto fits = [](const std::string& wanted, const std::string& is) {
    return wanted.empty() || in_small_letters(wanted) == in_small_letters(is);
  };
  return fits(query.task, spec.task) && fits(query.input, spec.input) && fits(query.output, spec.output) &&
         fits(query.licence, spec.licence) && fits(query.trained_by, spec.trained_by) &&
         std::ranges::all_of(query.tags, [&](const std::string& tag) {
           return std::ranges::any_of(spec.tags, [&](const std::string& each) { return fits(tag, each); });
         });
}

double metric_of(const ModelSpec& spec, const std::string& name) {
  const Json* const value = spec.metrics.find(name);
  return value && value->is_number() ? value->number() : -std::numeric_limits<double>::infinity();
}

}  // namespace

std::vector<CatalogueEntry> select(std::vector<CatalogueEntry> entries, const ModelQuery& query) {
  if (query.sort == SortBy::Metric && query.metric.empty())
    throw Error(ErrorCode::InvalidSetting, "catalogue", "wanted a metric to sort by, as .metric = \"accuracy\"");
  const Stemmer stem;
  const std::vector<Word> wanted = stemmed(query.text, stem);
  std::erase_if(entries,
                [&](const CatalogueEntry& entry) { return !meets(entry.spec, query) || !has_all(entry, wanted, stem); });
  // Equals stay in the order of their names.
  std::ranges::stable_sort(entries, {}, [](const CatalogueEntry& entry) { return entry.spec.id; });
  switch (query.sort) {
    case SortBy::Name:
      break;
    case SortBy::Date:
      std::ranges::stable_sort(entries, std::ranges::greater(), [](const CatalogueEntry& entry) { return entry.spec.date; });
      break;
    case SortBy::Size:
      // 0, for one that is not here, wraps around to the largest.
      std::ranges::stable_sort(entries, {}, [](const CatalogueEntry& entry) { return entry.weight_bytes - 1; });
      break;
    case SortBy::Metric:
      std::ranges::stable_sort(entries, std::ranges::greater(),
                               [&](const CatalogueEntry& entry) { return metric_of(entry.spec, query.metric); });
  }
  return entries;
}

}  // namespace workflow
