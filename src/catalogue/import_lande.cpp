#include "catalogue/import_lande.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "catalogue/module_literal.h"
#include "workflow/base/error.h"
#include "workflow/base/json.h"

namespace workflow {
namespace {

constexpr std::string_view place = "import";

[[noreturn]] void unfit(const std::string& what) { throw Error(ErrorCode::InvalidModel, place, "lande: " + what); }

// A module of JavaScript that exports one literal, which is JSON.
Json exported(const std::string& package_folder, std::string_view name) {
  const MappedFile file((std::filesystem::path(package_folder) / "standalone" / name).string(), place);
  constexpr std::string_view before = "export default ";
  std::string_view text = file.text();
  if (!text.starts_with(before)) unfit(fmt::format("{}: wanted it to begin with \"{}\"", name, before));
  text.remove_prefix(before.size());
  text = text.substr(0, text.find_last_not_of(" \r\n;") + 1);
  return Json::parse(text);
}

const Json& member(const Json& json, std::string_view name) {
  const Json* const found = json.is_object() ? json.find(name) : nullptr;
  if (!found) unfit(fmt::format("wanted \"{}\"", name));
  return *found;
}

const std::string& text(const Json& json) {
  if (!json.is_string()) unfit(fmt::format("wanted a text, got {}", json.type_name()));
  return json.string();
}

const std::vector<Json>& items(const Json& json) {
  if (!json.is_array()) unfit(fmt::format("wanted a list, got {}", json.type_name()));
  return json.items();
}

struct Collected {
  std::string ngrams;
  std::vector<std::vector<float>> tensors;
};

Weights converted(const std::string& package_folder) {
  const auto kept = std::make_shared<Collected>();
  Weights weights;
  const Json lists = exported(package_folder, "t50-ngrams.js");
  for (const std::string_view length : {"unigrams", "bigrams", "trigrams", "quadgrams"})
    for (const Json& ngram : items(member(lists, length))) kept->ngrams += text(ngram) + "\n";
  weights.tensors.push_back({"ngrams", DType::U8, {static_cast<std::int64_t>(kept->ngrams.size())}, std::as_bytes(std::span(kept->ngrams))});

  const Json options = exported(package_folder, "t50-options.js");
  const std::vector<Json>& layers = items(member(options, "layers"));
  if (layers.size() != 5) unfit(fmt::format("wanted 5 layers, got {}", layers.size()));
  kept->tensors.reserve(4);
  const auto put = [&](std::string name, std::vector<std::int64_t> shape, std::vector<float> values) {
    kept->tensors.push_back(std::move(values));
    weights.tensors.push_back({std::move(name), DType::F32, std::move(shape), std::as_bytes(std::span(kept->tensors.back()))});
  };
  for (const auto& [name, layer] : {std::pair("hidden", layers[1]), std::pair("out", layers[3])}) {
    std::vector<float> matrix;
    const std::vector<Json>& rows = items(member(layer, "_filters"));
    for (const Json& row : rows) {
      const std::vector<float> values = lande_row(text(row));
      matrix.insert(matrix.end(), values.begin(), values.end());
    }
    const std::size_t height = rows.size();
    if (height == 0 || matrix.size() % height != 0) unfit("wanted rows of one length");
    put(std::string(name) + ".weight", {static_cast<std::int64_t>(height), static_cast<std::int64_t>(matrix.size() / height)}, std::move(matrix));
    std::vector<float> bias = lande_row(text(member(layer, "_biases")));
    put(std::string(name) + ".bias", {static_cast<std::int64_t>(bias.size())}, std::move(bias));
  }
  weights.storage = kept;
  return weights;
}

}  // namespace

std::vector<float> lande_row(std::string_view row) {
  const std::size_t bar = row.find('|');
  double scale = 0;
  if (bar != std::string_view::npos) std::from_chars(row.data() + 1, row.data() + bar, scale);
  if (!row.starts_with('1') || !(scale > 0)) unfit(fmt::format("wanted a row of bytes with its scale, got {}", in_quotes(row.substr(0, 40))));
  std::vector<float> values;
  for (const std::byte byte : base64_bytes(row.substr(bar + 1), "lande"))
    values.push_back(static_cast<float>((std::to_integer<int>(byte) - 127) / scale));
  return values;
}

PackageImporter lande_importer() { return {"lande", {{"text-language", converted}}}; }

}  // namespace workflow
