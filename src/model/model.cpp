#include "workflow/model/model.h"

#include "model/loaded_model.h"

namespace workflow {

Model::Model(std::shared_ptr<const LoadedModel> loaded, Device device) : loaded_(std::move(loaded)), device_(device) {}

const ModelSpec& Model::spec() const { return loaded_->spec(); }

const std::vector<std::string>& Model::labels() const { return loaded_->labels(); }

std::string Model::name() const { return spec().name(); }

void Model::prepare(const Device& device) const { loaded_->session(device).warm_up(); }

Precision Model::precision() const { return loaded_->precision(); }

PrecisionReport Model::precision_report() const { return loaded_->session(device_).precision_report(); }

Json Model::to_json() const {
  Json json = Json::object({{"model", spec().id}, {"version", spec().version}});
  if (precision() != Precision::Float32) json["precision"] = name_of(precision());
  return json;
}

}  // namespace workflow
