#include "workflow/model/model.h"

#include "model/loaded_model.h"

namespace workflow {

Model::Model(std::shared_ptr<const LoadedModel> loaded, Device device) : loaded_(std::move(loaded)), device_(device) {}

const ModelSpec& Model::spec() const { return loaded_->spec(); }

const std::vector<std::string>& Model::labels() const { return loaded_->labels(); }

std::string Model::name() const { return spec().name(); }

void Model::prepare(const Device& device) const { loaded_->session(device).warm_up(); }

Json Model::to_json() const { return Json::object({{"model", spec().id}, {"version", spec().version}}); }

}  // namespace workflow
