#include "train/deep/training_progress.h"

namespace workflow {

Json TrainingProgress::to_json() const {
  Json list = Json::array();
  for (const Epoch& epoch : history) {
    Json one = Json::object({{"number", epoch.number},
                             {"of", epoch.of},
                             {"loss", epoch.loss},
                             {"metric", epoch.metric},
                             {"stale_for", epoch.stale_for},
                             {"learning_rate", epoch.learning_rate},
                             {"seconds", epoch.seconds}});
    if (epoch.held_out_loss) one["held_out_loss"] = *epoch.held_out_loss;
    if (epoch.value) one["value"] = *epoch.value;
    list.push_back(std::move(one));
  }
  return Json::object({{"epochs", epochs},
                       {"batches", batches},
                       {"steps", steps},
                       {"loss_sum", loss_sum},
                       {"loss_count", loss_count},
                       {"is_over", is_over},
                       {"best_epoch", best_epoch},
                       {"best_value", best_value},
                       {"seconds", seconds},
                       {"history", std::move(list)}});
}

TrainingProgress TrainingProgress::from_json(const Json& json) {
  TrainingProgress at{.epochs = static_cast<int>(json.at("epochs").integer()),
                      .batches = json.at("batches").integer(),
                      .steps = json.at("steps").integer(),
                      .loss_sum = json.at("loss_sum").number(),
                      .loss_count = json.at("loss_count").integer(),
                      .is_over = json.at("is_over").boolean(),
                      .best_epoch = static_cast<int>(json.at("best_epoch").integer()),
                      .best_value = json.at("best_value").number(),
                      .seconds = json.at("seconds").number()};
  for (const Json& one : json.at("history").items()) {
    Epoch epoch{.number = static_cast<int>(one.at("number").integer()),
                .of = static_cast<int>(one.at("of").integer()),
                .loss = one.at("loss").number(),
                .metric = one.at("metric").string(),
                .stale_for = static_cast<int>(one.at("stale_for").integer()),
                .learning_rate = one.at("learning_rate").number(),
                .seconds = one.at("seconds").number()};
    if (const Json* loss = one.find("held_out_loss")) epoch.held_out_loss = loss->number();
    if (const Json* value = one.find("value")) epoch.value = value->number();
    at.history.push_back(std::move(epoch));
  }
  return at;
}

}  // namespace workflow
