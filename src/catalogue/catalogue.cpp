#include "workflow/catalogue/catalogue.h"

#include <fmt/format.h>

#include <charconv>

#include "base/in_quotes.h"
#include "base/nearest.h"
#include "catalogue/shelf.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

std::string_view class_for(std::string_view output) {
  if (output == "regions") return "Detector";
  if (output == "concepts") return "Classifier";
  return output == "embedding" ? "Embedder" : "Landmarker";
}

}  // namespace

ModelDirectory Catalogue::Shelf::find(std::string_view name) const {
  const std::size_t at = name.find('@');
  const std::string_view id = name.substr(0, at);
  int version = 0;  // the latest
  if (at != std::string_view::npos) {
    const std::string_view number = name.substr(at + 1);
    const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), version);
    if (fault != std::errc() || end != number.data() + number.size() || version < 1)
      throw Error(ErrorCode::InvalidSetting, "catalogue",
                  fmt::format("wanted a name as \"face-detector\" or \"face-detector@1\", got {}", in_quotes(name)));
  }
  std::vector<std::string> ids;
  std::string versions;
  ModelDirectory latest;
  for (ModelDirectory& model : all()) {
    ids.push_back(model.spec.id);
    if (model.spec.id != id) continue;
    if (model.spec.version == version) return std::move(model);
    versions += (versions.empty() ? "" : ", ") + std::to_string(model.spec.version);
    latest = std::move(model);
  }
  if (!versions.empty() && version == 0) return latest;
  if (!versions.empty())
    throw Error(ErrorCode::NotFound, "catalogue",
                fmt::format("there is no {}; there are versions {}", in_quotes(name), versions));
  const std::string near = nearest_name(id, ids);
  throw Error(ErrorCode::NotFound, "catalogue",
              fmt::format("there is no model {}{}", in_quotes(name),
                          near.empty() ? "; list() tells what there is" : fmt::format("; nearest: \"{}\"", near)));
}

std::shared_ptr<const LoadedModel> Catalogue::Shelf::load(const ModelDirectory& model) const {
  // Held while loading, so that two threads that want the same model read it once.
  const std::lock_guard lock(mutex_);
  auto& known = in_memory_[model.spec.name()];
  auto loaded = known.lock();
  // A folder of one's own may hold another model under the same name by now.
  if (loaded && loaded->spec() == model.spec) return loaded;
  loaded = std::make_shared<const LoadedModel>(model.spec, model.labels, weights(model.spec));
  known = loaded;
  return loaded;
}

std::vector<ModelSpec> Catalogue::list() const {
  std::vector<ModelSpec> specs;
  for (ModelDirectory& model : shelf_->all()) {
    if (!specs.empty() && specs.back().id == model.spec.id) specs.pop_back();
    specs.push_back(std::move(model.spec));
  }
  return specs;
}

CatalogueEntry Catalogue::get(std::string_view id) const {
  ModelDirectory model = shelf_->find(id);
  return {std::move(model.spec), std::move(model.card)};
}

std::shared_ptr<const LoadedModel> Catalogue::loaded(std::string_view id, std::string_view output,
                                                          const LoadOptions& options) const {
  const ModelDirectory model = shelf_->find(id);
  if (model.spec.output != output)
    throw Error(ErrorCode::TypeMismatch, model.spec.id,
                fmt::format("wanted a model that gives {}, got one that gives {}; load it as {}", output, model.spec.output,
                            class_for(model.spec.output)));
  if (model.spec.input != "image")
    throw Error(ErrorCode::TypeMismatch, model.spec.id,
                fmt::format("wanted a model that takes images, got one that takes {}", model.spec.input));
  const auto loaded = shelf_->load(model);
  return options.precision == Precision::Float32 ? loaded : loaded->with(options.precision, options.calibration);
}

}  // namespace workflow
