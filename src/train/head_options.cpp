#include "workflow/train/head_options.h"

#include <fmt/format.h>

#include <array>

#include "train/head_method.h"
#include "train/in_range.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::string_view place = "Trainer::head";

}  // namespace

std::string_view name_of(HeadKind kind) {
  static constexpr std::array<std::string_view, 4> names = {"linear", "mlp", "prototypes", "neighbours"};
  return names[static_cast<std::size_t>(kind)];
}

void check(const HeadOptions& options) {
  in_range(place, "epochs", options.epochs, 1, 100'000);
  in_range(place, "learning_rate", options.learning_rate, 1e-6f, 100.0f);
  in_range(place, "batch", options.batch, 1, 1'000'000);
  in_range(place, "hidden", options.hidden, 1, 16'384);
  in_range(place, "l2", options.l2, 0.0f, 1000.0f);
  in_range(place, "folds", options.folds, 2, 20);
  in_range(place, "neighbours", options.neighbours, 1, 1000);
  in_range(place, "threads", options.threads, 0, 1024);
  for (const auto& [name, weight] : options.concept_weights) in_range(place, "concept_weights of " + name, weight, 0.0f, 1000.0f);
  const bool is_nearest = options.kind == HeadKind::Prototypes || options.kind == HeadKind::Neighbours;
  if (is_nearest && !options.exclusive)
    throw Error(ErrorCode::InvalidSetting, std::string(place),
                "prototypes and neighbours tell exclusive concepts apart; wanted linear or mlp");
  if (options.exclusive && !options.enrich.empty())
    throw Error(ErrorCode::InvalidSetting, std::string(place),
                "enrich gives negatives of independent concepts; say .exclusive = false");
}

Json settings_of(const HeadOptions& options) {
  const bool is_layers = options.kind == HeadKind::Linear || options.kind == HeadKind::Mlp;
  Json json = Json::object({{"kind", name_of(options.kind)}, {"exclusive", options.exclusive}});
  if (!options.exclusive) json["unsaid_is_negative"] = options.unsaid_is_negative;
  if (!options.enrich.empty()) json["enrich"] = options.enrich.size();
  if (options.kind == HeadKind::Neighbours) json["neighbours"] = options.neighbours;
  if (options.kind == HeadKind::Mlp) json["hidden"] = options.hidden;
  if (is_layers) {
    json["epochs"] = options.epochs;
    json["optimiser"] = options.optimiser == Optimiser::Lbfgs ? "lbfgs" : "sgd";
    if (options.optimiser == Optimiser::Sgd) {
      json["learning_rate"] = options.learning_rate;
      json["batch"] = options.batch;
    }
    json["l2"] = options.l2;
    json["choose_l2"] = options.choose_l2;
    json["standardise"] = options.standardise;
    json["balance"] = options.balance;
    json["calibrate"] = options.calibrate;
    json["folds"] = options.folds;
    for (const auto& [name, weight] : options.concept_weights) json["concept_weights"][name] = weight;
  }
  json["seed"] = static_cast<std::int64_t>(options.seed);
  return json;
}

}  // namespace workflow
