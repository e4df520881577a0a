#include "workflow/catalogue/catalogue.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/in_quotes.h"
#include "catalogue/search.h"
#include "catalogue/shelf.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

std::string_view class_for(std::string_view output) {
  if (output == "regions") return "Detector";
  if (output == "concepts") return "Classifier";
  return output == "embedding" ? "Embedder" : "Landmarker";
}

void check_id(const std::string& id) {
  if (!is_model_id(id))
    throw Error(ErrorCode::InvalidSetting, "catalogue",
                fmt::format("wanted a name of 1 to 64 of a-z 0-9 - _ . with no dot first, got {}", in_quotes(id)));
}

}  // namespace

std::vector<ModelSpec> Catalogue::list() const {
  std::vector<ModelSpec> specs;
  for (ModelDirectory& model : shelf_->latest()) specs.push_back(std::move(model.spec));
  return specs;
}

std::vector<ModelSpec> Catalogue::versions(std::string_view id) const {
  std::vector<ModelSpec> specs;
  for (ModelDirectory& model : shelf_->all())
    if (model.spec.id == id) specs.push_back(std::move(model.spec));
  if (specs.empty()) shelf_->find(id);  // throws, with the nearest name
  return specs;
}

CatalogueEntry Catalogue::get(std::string_view id) const { return shelf_->entry_of(shelf_->find(id)); }

std::vector<CatalogueEntry> Catalogue::find(const ModelQuery& query) const {
  std::vector<CatalogueEntry> entries;
  for (ModelDirectory& model : shelf_->latest()) entries.push_back(shelf_->entry_of(std::move(model)));
  return select(std::move(entries), query);
}

ModelSpec Catalogue::save(const Model& model, const std::string& id) const {
  check_id(id);
  const LoadedModel& loaded = *model.parts();
  ModelDirectory directory = {loaded.spec(), loaded.labels(), loaded.card(), loaded.weights()};
  directory.spec.id = id;
  return shelf_->save(std::move(directory));
}

ModelSpec Catalogue::copy(std::string_view from, const std::string& to) const {
  check_id(to);
  ModelDirectory model = shelf_->find(from);
  model.weights = shelf_->weights(model);
  model.spec.id = to;
  return shelf_->save(std::move(model));
}

void Catalogue::rename(std::string_view from, const std::string& to) const {
  check_id(to);
  if (ModelName::parse(from).version != 0)
    throw Error(ErrorCode::InvalidSetting, "catalogue",
                fmt::format("a name goes with all versions; rename {} without one", in_quotes(from)));
  shelf_->find_own(from);
  for (const ModelDirectory& model : shelf_->all())
    if (model.spec.id == to)
      throw Error(ErrorCode::InvalidSetting, "catalogue",
                  fmt::format("{} is taken; remove it first, or choose another name", in_quotes(to)));
  shelf_->own().rename(std::string(from), to);
}

void Catalogue::remove(std::string_view name) const {
  shelf_->find_own(name);
  const auto [id, version] = ModelName::parse(name);
  shelf_->own().remove(id, version);
}

void Catalogue::tag(std::string_view name, const std::vector<std::string>& tags) const {
  shelf_->own().edit(shelf_->find_own(name), [&](ModelSpec& spec) {
    for (const std::string& each : tags)
      if (std::ranges::find(spec.tags, each) == spec.tags.end()) spec.tags.push_back(each);
  });
}

void Catalogue::untag(std::string_view name, const std::vector<std::string>& tags) const {
  shelf_->own().edit(shelf_->find_own(name), [&](ModelSpec& spec) {
    std::erase_if(spec.tags, [&](const std::string& each) { return std::ranges::find(tags, each) != tags.end(); });
  });
}

void Catalogue::make_latest(std::string_view name) const {
  const ModelSpec spec = shelf_->find(name).spec;
  shelf_->own().pin(spec.id, spec.version);
}

std::shared_ptr<const LoadedModel> Catalogue::loaded(std::string_view id, std::string_view output,
                                                     const LoadOptions& options) const {
  ModelDirectory model = shelf_->find(id);
  if (output == "embedding") model = as_embedder(std::move(model));
  if (model.spec.output != output)
    throw Error(ErrorCode::TypeMismatch, model.spec.id,
                fmt::format("wanted a model that gives {}, got one that gives {}; load it as {}", output, model.spec.output,
                            class_for(model.spec.output)));
  const auto loaded = shelf_->load(model);
  return options.precision == Precision::Float32 ? loaded : loaded->with(options.precision, options.calibration);
}

}  // namespace workflow
