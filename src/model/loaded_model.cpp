#include "model/loaded_model.h"

#include "model/preprocess_json.h"

namespace workflow {

LoadedModel::LoadedModel(ModelSpec spec, std::vector<std::string> labels, Weights weights)
    : spec_(std::move(spec)),
      labels_(std::move(labels)),
      weights_(std::move(weights)),
      preprocess_(spec_.input == "image" ? preprocess_from_json(spec_.preprocessing, spec_.name()) : Preprocess{}) {}

const Session& LoadedModel::session(const Device& device) const {
  const std::lock_guard lock(mutex_);
  auto& session = sessions_[device.name()];
  if (!session && spec_.input == "text")
    session = open_text_session({spec_.name(), spec_.architecture, spec_.settings, spec_.preprocessing}, weights_, device);
  if (!session) session = open_session({spec_.name(), spec_.architecture, spec_.settings, preprocess_}, weights_, device);
  return *session;
}

}  // namespace workflow
