#include "model/loaded_model.h"

#include <fmt/format.h>

#include "model/head_session.h"
#include "model/preprocess_json.h"
#include "workflow/base/error.h"

namespace workflow {

LoadedModel::LoadedModel(ModelDirectory model, std::shared_ptr<const LoadedModel> trunk)
    : model_(std::move(model)),
      trunk_(std::move(trunk)),
      preprocess_(trunk_                    ? trunk_->preprocess()
                  : spec().input == "image" ? preprocess_from_json(spec().preprocessing, spec().name())
                                            : Preprocess{}) {}

std::shared_ptr<const LoadedModel> LoadedModel::with(Precision precision, std::vector<Image> calibration) const {
  if (spec().input != "image")
    throw Error(ErrorCode::Unavailable, spec().name(),
                fmt::format("models that take {}s compute in float32 alone; load it without a precision", spec().input));
  const auto other = std::make_shared<LoadedModel>(model_, trunk_ ? trunk_->with(precision, calibration) : nullptr);
  other->precision_ = precision;
  other->calibration_ = std::move(calibration);
  return other;
}

const Session& LoadedModel::session(const Device& device) const {
  const std::lock_guard lock(mutex_);
  auto& session = sessions_[device.name()];
  if (!session && trunk_)
    session = open_head_session(*this, device);
  else if (!session && spec().input == "text")
    session =
        open_text_session({spec().name(), spec().architecture, spec().settings, spec().preprocessing}, weights(), device);
  else if (!session)
    session = open_session({spec().name(), spec().architecture, spec().settings, preprocess_, precision_, calibration_},
                           weights(), device);
  return *session;
}

}  // namespace workflow
