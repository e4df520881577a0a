#include "workflow/catalogue/bundle.h"

#include <fmt/format.h>

#include <map>

#include "base/sha256.h"
#include "base/zip.h"
#include "catalogue/bundle_reader.h"
#include "catalogue/shelf.h"

namespace workflow {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

// Writes the entries and remembers their sums; the list of them comes last.
class BundleWriter {
 public:
  explicit BundleWriter(const std::string& file) : zip_(file, std::string(bundle_place)) {}

  void add(const std::string& name, std::span<const std::byte> bytes) {
    zip_.add(name, bytes);
    sums_[name] = Sha256::of(bytes);
  }

  void add(const LoadedModel& model) {
    const ModelSpec& spec = model.spec();
    const std::string folder = bundle_folder_of(spec);
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
    const std::string manifest = Json::object({{"bundle", bundle_format}, {"sha256", sums}}).dump(2) + "\n";
    zip_.add(bundle_manifest_name, manifest);
    zip_.commit();
    return Sha256::of(bytes_of(manifest));
  }

 private:
  ZipWriter zip_;
  std::map<std::string, std::string> sums_;
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
    const std::string program = bundle_folder_of(spec) + "weights.pt";
    return bundle_.has(program) ? program : bundle_folder_of(spec) + "weights.safetensors";
  }

  BundleReader bundle_;
  std::vector<ModelDirectory> models_;
};

std::string bundle(const Graph& graph, const std::string& file) {
  const std::string json = graph.to_json().dump(2) + "\n";
  BundleWriter writer(file);
  writer.add(bundle_graph_name, bytes_of(json));
  for (const Step& step : graph.drawing()->steps)
    if (const Model* model = step.operation ? step.operation->model() : nullptr) writer.add(*model->parts());
  return writer.commit();
}

Bundle open_bundle(const std::string& file, const OpenBundleOptions& options) {
  BundleReader reader(file, options.fingerprint);
  const std::string json(reader.text(bundle_graph_name));
  std::string fingerprint = reader.fingerprint();
  Catalogue catalogue(std::make_shared<const Catalogue::BundleShelf>(std::move(reader)));
  Graph graph = Graph::from_json(json, catalogue, options.operators ? *options.operators : Operators::standard());
  return {std::move(graph), std::move(catalogue), std::move(fingerprint)};
}

}  // namespace workflow
