#include "workflow/catalogue/bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/in_quotes.h"
#include "base/json_reader.h"
#include "base/mapped_file.h"
#include "base/sha256.h"
#include "base/zip.h"
#include "catalogue/shelf.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::string_view place = "bundle";
constexpr const char* manifest_name = "bundle.json";
constexpr const char* graph_name = "graph.json";
constexpr std::int64_t format_version = 1;

std::string sum_of(std::span<const std::byte> bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.digits();
}

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string folder_of(const ModelSpec& spec) { return fmt::format("models/{}/{}/", spec.id, spec.version); }

// Writes the entries and remembers their sums; the list of them comes last.
class BundleWriter {
 public:
  explicit BundleWriter(const std::string& file) : zip_(file, std::string(place)) {}

  void add(const std::string& name, std::span<const std::byte> bytes) {
    zip_.add(name, bytes);
    sums_[name] = sum_of(bytes);
  }

  void add(const LoadedModel& model) {
    const ModelSpec& spec = model.spec();
    const std::string folder = folder_of(spec);
    if (sums_.contains(folder + "model.json")) return;
    std::string labels;
    for (const std::string& label : model.labels()) labels += label + "\n";
    add(folder + "model.json", bytes_of(spec.to_json().dump(2) + "\n"));
    add(folder + "labels.txt", bytes_of(labels));
    add(folder + "card.md", bytes_of(model.card()));
    const Weights& weights = model.weights();
    if (weights.program.empty())
      add(folder + "weights.safetensors", safetensors_bytes(spec.name(), weights));
    else
      add(folder + "weights.pt", weights.program);
    if (model.trunk()) add(*model.trunk());
  }

  std::string commit() {
    Json sums = Json::object();
    for (const auto& [name, sum] : sums_) sums[name] = sum;
    const std::string manifest = Json::object({{"bundle", format_version}, {"sha256", sums}}).dump(2) + "\n";
    zip_.add(manifest_name, manifest);
    zip_.commit();
    return sum_of(bytes_of(manifest));
  }

 private:
  ZipWriter zip_;
  std::map<std::string, std::string> sums_;
};

// The entries of a file, all of them looked at: what is here is what was bundled.
class BundleReader {
 public:
  BundleReader(const std::string& file, const std::string& fingerprint)
      : file_(file), mapped_(std::make_shared<MappedFile>(file, place)) {
    for (const ZipEntry& entry : read_zip(mapped_->bytes(), file, place)) entries_.emplace(entry.name, entry.data);
    const auto manifest = entries_.extract(std::string_view(manifest_name));
    if (manifest.empty()) fail(fmt::format("it holds no {}: is it a bundle?", manifest_name));
    fingerprint_ = sum_of(manifest.mapped());
    if (!fingerprint.empty() && fingerprint != fingerprint_)
      fail(fmt::format("it is another bundle than the one that is wanted\nwanted {}\ngot    {}", in_quotes(fingerprint),
                       fingerprint_));
    const Json json = Json::parse(text_of(manifest.mapped()));
    JsonReader reader(json, manifest_name);
    reader.integer("bundle", format_version, format_version);
    const Json sums = reader.json_or_null("sha256");
    reader.finish();
    if (!sums.is_object()) fail("the list of its sums is missing");
    for (const auto& [name, sum] : sums.members()) check(name, sum);
    if (sums.size() != entries_.size())
      for (const auto& [name, bytes] : entries_)
        if (!sums.contains(name)) fail(fmt::format("{} was put in later", in_quotes(name)));
  }

  const std::string& file() const { return file_; }
  const std::string& fingerprint() const { return fingerprint_; }
  std::shared_ptr<const MappedFile> mapped() const { return mapped_; }

  std::span<const std::byte> get(const std::string& name) const {
    const auto found = entries_.find(name);
    if (found == entries_.end()) fail(fmt::format("{} is missing", in_quotes(name)));
    return found->second;
  }
  bool has(const std::string& name) const { return entries_.contains(name); }

  std::vector<ModelDirectory> models() const {
    std::vector<ModelDirectory> all;
    for (const auto& [name, bytes] : entries_) {
      if (!name.ends_with("/model.json")) continue;
      ModelDirectory model;
      model.spec = ModelSpec::from_json(Json::parse(text_of(bytes)));
      const std::string folder = folder_of(model.spec);
      if (name != folder + "model.json") fail(fmt::format("{} names {}", in_quotes(name), model.spec.name()));
      model.labels = labels_of(text_of(get(folder + "labels.txt")));
      model.card = text_of(get(folder + "card.md"));
      all.push_back(std::move(model));
    }
    std::ranges::sort(all, {}, [](const ModelDirectory& model) { return std::tie(model.spec.id, model.spec.version); });
    return all;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::Unreadable, place, fmt::format("{}: {}", in_quotes(file_), what));
  }

  void check(const std::string& name, const Json& sum) const {
    if (!sum.is_string() || sum_of(get(name)) != sum.string())
      fail(fmt::format("{} is not what was bundled: it was changed or damaged", in_quotes(name)));
  }

  std::string file_;
  std::shared_ptr<const MappedFile> mapped_;
  std::map<std::string_view, std::span<const std::byte>, std::less<>> entries_;
  std::string fingerprint_;
};

}  // namespace

class Catalogue::BundleShelf : public Catalogue::Shelf {
 public:
  explicit BundleShelf(BundleReader bundle)
      : Shelf(std::nullopt, false), bundle_(std::move(bundle)), models_(bundle_.models()) {}

  std::vector<ModelDirectory> all() const override { return models_; }

  // The place of its weights in this very file; two bundles of one name may hold different ones.
  std::string weights_file(const ModelDirectory& model) const override {
    return fmt::format("{}#{}#{}", bundle_.file(), bundle_.fingerprint(), entry_of_weights(model.spec));
  }

  Weights weights(const ModelDirectory& model) const override {
    const std::string name = entry_of_weights(model.spec);
    return parse_weights(bundle_.get(name), name, bundle_.mapped());
  }

 private:
  std::string entry_of_weights(const ModelSpec& spec) const {
    const std::string program = folder_of(spec) + "weights.pt";
    return bundle_.has(program) ? program : folder_of(spec) + "weights.safetensors";
  }

  BundleReader bundle_;
  std::vector<ModelDirectory> models_;
};

std::string bundle(const Graph& graph, const std::string& file) {
  const std::string json = graph.to_json().dump(2) + "\n";
  BundleWriter writer(file);
  writer.add(graph_name, bytes_of(json));
  for (const Step& step : graph.drawing()->steps)
    if (const Model* model = step.operation ? step.operation->model() : nullptr) writer.add(*model->parts());
  return writer.commit();
}

Bundle open_bundle(const std::string& file, const OpenBundleOptions& options) {
  BundleReader reader(file, options.fingerprint);
  const std::string json(text_of(reader.get(graph_name)));
  std::string fingerprint = reader.fingerprint();
  Catalogue catalogue(std::make_shared<const Catalogue::BundleShelf>(std::move(reader)));
  Graph graph = Graph::from_json(json, catalogue, options.operators ? *options.operators : Operators::standard());
  return {std::move(graph), std::move(catalogue), std::move(fingerprint)};
}

}  // namespace workflow
