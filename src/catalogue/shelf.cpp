#include "catalogue/shelf.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "base/in_quotes.h"
#include "base/nearest.h"
#include "catalogue/fetch.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::string_view place = "catalogue";

// Which models are in memory, for the whole process: two catalogues over the same files share the weights, and two heads
// on one trunk its forward pass.
struct InMemory {
  std::mutex mutex;
  std::map<std::string, std::weak_ptr<const LoadedModel>> models;  // by name and file
};

InMemory& in_memory() {
  static InMemory all;
  return all;
}

}  // namespace

ModelName ModelName::parse(std::string_view text) {
  const std::size_t at = text.find('@');
  ModelName name{std::string(text.substr(0, at)), 0};
  if (at == std::string_view::npos) return name;
  const std::string_view number = text.substr(at + 1);
  if (number == "latest") return name;
  const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), name.version);
  if (fault != std::errc() || end != number.data() + number.size() || name.version < 1)
    throw Error(ErrorCode::InvalidSetting, place,
                fmt::format("wanted a name as \"face-detector\" or \"face-detector@1\", got {}", in_quotes(text)));
  return name;
}

const OwnFolder& Catalogue::Shelf::own() const {
  if (!own_) throw Error(ErrorCode::InvalidSetting, place, "this catalogue is a bundle's and only read; save into another");
  return *own_;
}

std::string Catalogue::Shelf::weights_file(const ModelDirectory& model) const { return weights_in(model.folder); }

std::string Catalogue::Shelf::how_to_bring(const ModelDirectory& model) const {
  return fmt::format("put weights.safetensors, weights.pth or weights.pt into {}", in_quotes(model.folder));
}

std::string Catalogue::Shelf::bring_weights(const ModelDirectory& model) const {
  if (std::string file = weights_file(model); !file.empty()) return file;
  const WeightsLocation& from = model.spec.weights;
  if (from.url.empty() || !may_fetch_)
    throw Error(ErrorCode::NotFound, model.spec.id,
                fmt::format("its weights are not on this machine; {}", how_to_bring(model)));
  // Readers look at what a file holds, so whatever else upstream calls it does no harm.
  std::string ending = std::filesystem::path(from.url.substr(0, from.url.find('?'))).extension().string();
  if (ending != ".safetensors" && ending != ".pt") ending = ".pth";
  const std::string target = (std::filesystem::path(home_of(model)) / ("weights" + ending)).string();
  fetch(from, target, model.spec.id);
  return target;
}

ModelDirectory Catalogue::Shelf::find(std::string_view text) const {
  const ModelName name = ModelName::parse(text);
  const int wanted = name.version != 0 ? name.version : pinned(name.id).value_or(0);
  std::vector<std::string> ids;
  std::string versions;
  ModelDirectory latest;
  for (ModelDirectory& model : all()) {
    ids.push_back(model.spec.id);
    if (model.spec.id != name.id) continue;
    if (model.spec.version == wanted) return std::move(model);
    versions += (versions.empty() ? "" : ", ") + std::to_string(model.spec.version);
    latest = std::move(model);
  }
  if (!versions.empty() && name.version == 0) return latest;
  if (!versions.empty())
    throw Error(ErrorCode::NotFound, place, fmt::format("there is no {}; there are versions {}", in_quotes(text), versions));
  const std::string near = nearest_name(name.id, ids);
  throw Error(ErrorCode::NotFound, place,
              fmt::format("there is no model {}{}", in_quotes(text),
                          near.empty() ? "; list() tells what there is" : fmt::format("; nearest: \"{}\"", near)));
}

std::vector<ModelDirectory> Catalogue::Shelf::latest() const {
  std::vector<ModelDirectory> models;
  std::optional<int> is_pinned;
  for (ModelDirectory& model : all()) {
    const bool is_next_version = !models.empty() && models.back().spec.id == model.spec.id;
    if (!is_next_version) is_pinned = pinned(model.spec.id);
    if (is_next_version && models.back().spec.version == is_pinned) continue;
    if (is_next_version) models.pop_back();
    models.push_back(std::move(model));
  }
  return models;
}

CatalogueEntry Catalogue::Shelf::entry_of(ModelDirectory model) const {
  const std::string file = weights_file(model);
  std::error_code fault;
  std::uintmax_t bytes = file.empty() ? 0 : std::filesystem::file_size(file, fault);
  if (file.empty())
    for (const TensorView& tensor : model.weights.tensors) bytes += tensor.data.size();
  return {std::move(model.spec), std::move(model.card), std::move(model.labels), fault ? 0 : bytes};
}

ModelDirectory Catalogue::Shelf::find_own(std::string_view name) const {
  ModelDirectory model = find(name);
  if (model.folder.empty())
    throw Error(
        ErrorCode::InvalidSetting, place,
        fmt::format("{} is built in and stays as it is; copy it under another name and change that", in_quotes(name)));
  return model;
}

Catalogue::Shelf::Trunk Catalogue::Shelf::trunk_of(const ModelSpec& head) const {
  if (head.architecture != "head") return {};
  const Json* const trunk = head.settings.find("trunk");
  if (!trunk || !trunk->is_string())
    throw Error(ErrorCode::InvalidModel, head.name(),
                "wanted the name of its trunk in \"settings\": {\"trunk\": \"image-embedder@1\"}");
  try {
    return {this, find(trunk->string())};
  } catch (const Error& error) {
    if (error.code() != ErrorCode::NotFound || !beside()) throw;
    return {beside().get(), beside()->find(trunk->string())};
  }
}

ModelDirectory as_embedder(ModelDirectory model) {
  if (model.spec.output != "concepts" || !model.spec.settings.find("features")) return model;
  model.spec.output = "embedding";
  model.spec.settings["features"] = true;
  model.spec.decoding = Json::object({{"kind", "vector"}});
  return model;
}

ModelSpec Catalogue::Shelf::save(ModelDirectory model) const {
  trunk_of(model.spec);
  int highest = 0;
  for (const ModelDirectory& each : all())
    if (each.spec.id == model.spec.id) highest = each.spec.version;
  return own().save(std::move(model), highest);
}

std::shared_ptr<const LoadedModel> Catalogue::Shelf::load(const ModelDirectory& model) const {
  std::shared_ptr<const LoadedModel> trunk;
  if (const Trunk found = trunk_of(model.spec); found.shelf) {
    if (found.model.spec.architecture == "head")
      throw Error(ErrorCode::InvalidModel, model.spec.name(),
                  fmt::format("its trunk {} is a head itself; wanted a whole model", found.model.spec.name()));
    trunk = found.shelf->load(as_embedder(found.model));
  }
  if (!is_held(model) && weights_file(model).empty()) bring_weights(model);  // may take its time: nobody waits for it
  InMemory& memory = in_memory();
  // Held while loading, so that two threads that want the same model read it once.
  const std::lock_guard lock(memory.mutex);
  std::erase_if(memory.models, [](const auto& entry) { return entry.second.expired(); });
  const std::string key = fmt::format("{} {} {}", model.spec.name(), model.spec.output, weights_file(model));
  // A folder of one's own may hold another model under the same name by now.
  if (const auto known = memory.models.find(key); known != memory.models.end())
    if (auto loaded = known->second.lock(); loaded && loaded->spec() == model.spec && loaded->trunk() == trunk)
      return loaded;
  ModelDirectory whole = model;
  whole.weights = weights(model);
  auto loaded = std::make_shared<const LoadedModel>(std::move(whole), std::move(trunk));
  memory.models[key] = loaded;
  return loaded;
}

}  // namespace workflow
