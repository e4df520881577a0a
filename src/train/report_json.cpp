#include <algorithm>

#include "workflow/train/report.h"

namespace workflow {
namespace {

Json number_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json concept_json(const ConceptReport& each) {
  return Json::object({{"concept", each.name},
                       {"trained_on", each.trained_on},
                       {"positive", each.positive},
                       {"negative", each.negative},
                       {"roc_auc", number_or_null(each.roc_auc)},
                       {"average_precision", number_or_null(each.average_precision)},
                       {"precision", each.decisions.precision()},
                       {"recall", each.decisions.recall()},
                       {"f1", each.decisions.f1()},
                       {"true_positives", each.decisions.true_positives},
                       {"false_positives", each.decisions.false_positives},
                       {"false_negatives", each.decisions.false_negatives},
                       {"true_negatives", each.decisions.true_negatives}});
}

Json epoch_json(const Epoch& epoch) {
  return Json::object({{"number", epoch.number},
                       {"loss", epoch.loss},
                       {"held_out_loss", number_or_null(epoch.held_out_loss)},
                       {"metric", epoch.metric},
                       {"value", number_or_null(epoch.value)},
                       {"learning_rate", epoch.learning_rate},
                       {"seconds", epoch.seconds}});
}

template <class List, class F>
Json list_json(const List& list, F&& item) {
  Json json = Json::array();
  for (const auto& each : list) json.push_back(item(each));
  return json;
}

}  // namespace

Json Report::to_json() const {
  const auto said = [](const std::string& text) { return Json(text); };
  return Json::object(
      {{"model", model},
       {"exclusive", exclusive},
       {"trained_on", trained_on},
       {"held_out", held_out},
       {"accuracy", number_or_null(accuracy)},
       {"roc_auc", number_or_null(roc_auc)},
       {"average_precision", number_or_null(average_precision)},
       {"f1", number_or_null(f1)},
       {"calibration_error", number_or_null(calibration_error)},
       {"fold_accuracy", list_json(fold_accuracy, [](double value) { return Json(value); })},
       {"detection", detection ? detection->to_json() : Json()},
       {"retrieval", retrieval ? Json::object({{"queries", retrieval->queries},
                                               {"recall_at_1", retrieval->recall_at_1},
                                               {"recall_at_5", retrieval->recall_at_5},
                                               {"recall_at_10", retrieval->recall_at_10},
                                               {"map_at_r", retrieval->map_at_r}})
                               : Json()},
       {"concepts", list_json(concepts, concept_json)},
       {"confusion", list_json(confusion,
                               [&](const Confusion& cell) {
                                 return Json::object({{"truth", concepts[cell.truth].name},
                                                      {"said", concepts[cell.said].name},
                                                      {"count", cell.count},
                                                      {"mean_score", cell.mean_score}});
                               })},
       {"co_occurrence", list_json(co_occurrence,
                                   [&](const CoOccurrence& pair) {
                                     return Json::object(
                                         {{"concepts", Json::array({concepts[pair.first].name, concepts[pair.second].name})},
                                          {"count", pair.count}});
                                   })},
       {"reliability",
        list_json(
            reliability,
            [](const ReliabilityBin& bin) {
              return Json::object({{"mean_score", bin.mean_score}, {"share_true", bin.share_true}, {"count", bin.count}});
            })},
       {"epochs", list_json(epochs, epoch_json)},
       {"worst",
        list_json(
            worst,
            [](const WorstExample& each) {
              return Json::object({{"id", each.id}, {"truth", each.truth}, {"said", each.said}, {"score", each.score}});
            })},
       {"notes", list_json(notes, said)},
       {"faults", list_json(faults,
                            [](const DatasetFault& fault) {
                              return Json::object({{"id", fault.id}, {"why", fault.why}});
                            })},
       {"settings", settings},
       {"seconds_embedding", seconds_embedding},
       {"seconds_training", seconds_training},
       {"seconds_waiting", seconds_waiting},
       {"items_per_second", items_per_second},
       {"computed", computed},
       {"peak_memory", static_cast<std::int64_t>(peak_memory)}});
}

}  // namespace workflow
