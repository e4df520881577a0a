#include "workflow/model/model.h"

#include <fmt/format.h>

#include "model/loaded_model.h"
#include "workflow/base/error.h"
#include "workflow/values/image.h"
#include "workflow/values/text.h"

namespace workflow {

Model::Model(std::shared_ptr<const LoadedModel> loaded, Device device) : loaded_(std::move(loaded)), device_(device) {}

const ModelSpec& Model::spec() const { return loaded_->spec(); }

const std::vector<std::string>& Model::labels() const { return loaded_->labels(); }

std::string Model::name() const { return spec().name(); }

void Model::prepare(const Device& device) const { loaded_->session(device).warm_up(); }

void Model::check_reads(const ValueType& type) const {
  const ValueType wanted = spec().input == "text" ? ValueType::of<Text>() : ValueType::of<Image>();
  if (type != wanted)
    throw Error(ErrorCode::TypeMismatch, name(),
                fmt::format("wanted a port of {}, as this model takes {}s, got one of {}", wanted.name(), spec().input,
                            type.name()));
}

void Model::check_gives(std::string_view output) const {
  if (spec().output != output)
    throw Error(ErrorCode::TypeMismatch, name(),
                fmt::format("wanted a model that gives {}, this one gives {}", output, spec().output));
}

Precision Model::precision() const { return loaded_->precision(); }

PrecisionReport Model::precision_report() const { return loaded_->session(device_).precision_report(); }

Json Model::to_json() const {
  Json json = Json::object({{"model", spec().id}, {"version", spec().version}});
  if (precision() != Precision::Float32) json["precision"] = name_of(precision());
  return json;
}

}  // namespace workflow
