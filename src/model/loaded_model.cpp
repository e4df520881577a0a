#include "model/loaded_model.h"

#include "model/preprocess_json.h"

namespace workflow {

LoadedModel::LoadedModel(ModelSpec spec, std::vector<std::string> labels, Weights weights)
    : spec_(std::move(spec)),
      labels_(std::move(labels)),
      weights_(std::move(weights)),
      preprocess_(preprocess_from_json(spec_.preprocessing, spec_.name())) {}

std::shared_ptr<const LoadedModel> LoadedModel::with(Precision precision, std::vector<Image> calibration) const {
  const auto other = std::make_shared<LoadedModel>(spec_, labels_, weights_);
  other->precision_ = precision;
  other->calibration_ = std::move(calibration);
  return other;
}

const Session& LoadedModel::session(const Device& device) const {
  const std::lock_guard lock(mutex_);
  auto& session = sessions_[device.name()];
  if (!session) session = open_session({spec_.name(), spec_.architecture, spec_.settings, preprocess_, precision_, calibration_}, weights_, device);
  return *session;
}

}  // namespace workflow
