#include "train/head_method.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/in_quotes.h"
#include "model/loaded_model.h"
#include "train/calibrate.h"
#include "train/cross_validate.h"
#include "train/head_report.h"
#include "train/nearest_head.h"
#include "train/peak_memory.h"
#include "train/progress_rate.h"
#include "train/report_card.h"
#include "train/standardise.h"
#include "workflow/base/error.h"
#include "workflow/model/classifier.h"

namespace workflow {
namespace {

// What a training could still gain below this is far less than other examples would change.
constexpr double least_gain = 3e-5;

constexpr std::array<double, 9> l2_choices = {1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001};

/// Tensors that own what they view.
class TensorList {
 public:
  void add(std::string name, std::vector<std::int64_t> shape, std::vector<float> values) {
    floats_->push_back(std::move(values));
    weights_.tensors.push_back({std::move(name), DType::F32, std::move(shape), std::as_bytes(std::span(floats_->back()))});
  }
  void add(std::string name, std::vector<std::int64_t> shape, std::vector<std::int32_t> values) {
    integers_->push_back(std::move(values));
    weights_.tensors.push_back({std::move(name), DType::I32, std::move(shape), std::as_bytes(std::span(integers_->back()))});
  }
  Weights made() {
    weights_.storage = std::make_shared<std::pair<decltype(floats_), decltype(integers_)>>(floats_, integers_);
    return std::move(weights_);
  }

 private:
  std::shared_ptr<std::vector<std::vector<float>>> floats_ = std::make_shared<std::vector<std::vector<float>>>();
  std::shared_ptr<std::vector<std::vector<std::int32_t>>> integers_ =
      std::make_shared<std::vector<std::vector<std::int32_t>>>();
  Weights weights_;
};

Weights weights_of(std::vector<Layer> layers) {
  TensorList list;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto out = static_cast<std::int64_t>(layers[i].out), in = static_cast<std::int64_t>(layers[i].in);
    list.add(fmt::format("{}.weight", i), {out, in}, std::move(layers[i].weight));
    list.add(fmt::format("{}.bias", i), {out}, std::move(layers[i].bias));
  }
  return list.made();
}

// Rare concepts count as much as common ones, in the mean 1.
std::vector<float> concept_weights(const HeadData& data, const HeadOptions& options) {
  std::vector<float> weights(data.concepts.size(), 1.0f);
  if (options.balance) {
    std::vector<double> counts(weights.size());
    for (const Targets::Row& row : data.train.targets.rows)
      for (const std::uint32_t each : row.positive) ++counts[each];
    double all = 0;
    for (const double count : counts) all += count;
    for (std::size_t i = 0; i < weights.size(); ++i)
      weights[i] = static_cast<float>(all / (static_cast<double>(weights.size()) * std::max(counts[i], 1.0)));
  }
  for (const auto& [name, weight] : options.concept_weights) {
    const auto found = std::find(data.concepts.begin(), data.concepts.end(), name);
    if (found == data.concepts.end())
      throw Error(ErrorCode::InvalidSetting, "Trainer::head",
                  fmt::format("concept_weights: there is no concept {}", in_quotes(name)));
    weights[static_cast<std::size_t>(found - data.concepts.begin())] *= weight;
  }
  const bool all_one = std::all_of(weights.begin(), weights.end(), [](float weight) { return weight == 1.0f; });
  return all_one ? std::vector<float>() : weights;
}

// Turns logits into probabilities, on the last layer, as told by rows that were not trained on.
void calibrate(Layer& last, const CrossValidated& seen, const Targets& targets) {
  if (seen.rows.empty()) return;
  const std::size_t concepts = targets.concepts;
  const auto scale = [&](std::size_t each, double factor, double shift) {
    for (std::size_t i = 0; i < last.in; ++i) last.weight[each * last.in + i] *= static_cast<float>(factor);
    last.bias[each] = static_cast<float>(static_cast<double>(last.bias[each]) * factor + shift);
  };
  if (targets.exclusive) {
    const double factor = fit_temperature(seen.logits, targets, seen.rows);
    for (std::size_t each = 0; each < concepts; ++each) scale(each, factor, 0);
    return;
  }
  for (std::size_t each = 0; each < concepts; ++each) {
    std::vector<float> logits;
    std::vector<std::uint8_t> truths;
    for (std::size_t i = 0; i < seen.rows.size(); ++i) {
      const int truth = targets.of(seen.rows[i], each);
      if (truth < 0) continue;
      logits.push_back(seen.logits[i * concepts + each]);
      truths.push_back(truth == 1 ? 1 : 0);
    }
    const PlattLine line = fit_platt(logits, truths);
    scale(each, line.scale, line.shift);
  }
}

}  // namespace

HeadMethod::HeadMethod(Embedder trunk, HeadOptions options) : trunk_(std::move(trunk)), options_(std::move(options)) {
  check(options_);
}

Weights HeadMethod::train_layers(const Dataset& train, HeadData& data, const EpochCallback& on_epoch, Report& report) const {
  const auto begin = std::chrono::steady_clock::now();
  Standardisation standard;
  std::vector<float> seen_held_out;
  if (options_.standardise) {
    standard = Standardisation::of(data.train.values, data.length);
    standard.apply(data.train.values);
    seen_held_out = data.held_out.values;
    standard.apply(seen_held_out);
  }
  const Rows held_out{options_.standardise ? seen_held_out : data.held_out.values, data.length, &data.held_out.targets};
  std::vector<std::size_t> widths{data.length, data.concepts.size()};
  if (options_.kind == HeadKind::Mlp) widths.insert(widths.begin() + 1, static_cast<std::size_t>(options_.hidden));

  FitSettings settings{.optimiser = options_.optimiser,
                       .epochs = options_.epochs,
                       .l2 = static_cast<double>(options_.l2),
                       .least_gain = least_gain,
                       .learning_rate = static_cast<double>(options_.learning_rate),
                       .batch = options_.batch,
                       .seed = options_.seed,
                       .threads = threads_of(options_.threads),
                       .concept_weights = concept_weights(data, options_),
                       .cancel = options_.cancel,
                       .go_on = {}};
  ProgressRate progress(options_.progress, "training", static_cast<std::uint64_t>(options_.epochs));
  double best = -std::numeric_limits<double>::infinity();
  settings.go_on = [&](const FitEpoch& now) {
    Epoch epoch{.number = now.number,
                .of = options_.epochs,
                .loss = now.loss,
                .held_out_loss = now.held_out_loss,
                .metric = now.accuracy ? "accuracy" : "",
                .value = now.accuracy,
                .stale_for = 0,
                .learning_rate = now.learning_rate,
                .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()};
    if (now.accuracy) {
      epoch.stale_for = *now.accuracy > best || report.epochs.empty() ? 0 : report.epochs.back().stale_for + 1;
      best = std::max(best, *now.accuracy);
    }
    report.epochs.push_back(epoch);
    progress.loss(now.loss);
    progress.at(static_cast<std::uint64_t>(now.number));
    return !on_epoch || on_epoch(epoch) == Verdict::Continue;
  };
  CrossValidation validation;
  if (options_.calibrate || options_.choose_l2 || options_.cross_validate) validation.folds = options_.folds;
  if (options_.choose_l2) validation.l2s = l2_choices;
  auto [layers, seen] = fit_head(train, data.train, data.length, widths, validation, held_out, settings);
  progress.end();
  if (validation.folds > 0) {
    if (seen.rows.empty()) report.notes.push_back("too few examples for a cross-validation: the scores are not calibrated");
    report.settings["l2"] = static_cast<float>(seen.rows.empty() ? settings.l2 : seen.l2);
  }
  if (options_.cross_validate) report.fold_accuracy = seen.fold_accuracy;
  if (options_.calibrate) calibrate(layers.back(), seen, data.train.targets);
  if (options_.standardise) standard.fold_into(layers.front());
  return weights_of(std::move(layers));
}

Weights HeadMethod::take_nearest(HeadData& data, Json& settings) const {
  normalise_rows(data.train.values, data.length);
  settings["normalise"] = true;
  if (options_.kind == HeadKind::Prototypes) return weights_of({prototypes(data.train, data.length)});
  settings["kind"] = "neighbours";
  settings["k"] = options_.neighbours;
  settings["temperature"] = neighbour_temperature(data.train, data.length, options_.neighbours);
  std::vector<std::int32_t> labels;
  // Only an input that shows one concept is an example of it.
  for (std::size_t row = 0; row < data.train.targets.rows.size(); ++row) {
    const auto& positive = data.train.targets.rows[row].positive;
    if (positive.size() != 1) continue;
    const auto from = data.train.values.begin() + static_cast<std::ptrdiff_t>(row * data.length);
    std::copy_n(from, data.length, data.train.values.begin() + static_cast<std::ptrdiff_t>(labels.size() * data.length));
    labels.push_back(static_cast<std::int32_t>(positive.front()));
  }
  data.train.values.resize(labels.size() * data.length);
  const auto count = static_cast<std::int64_t>(labels.size());
  TensorList list;
  list.add("examples", {count, static_cast<std::int64_t>(data.length)}, std::move(data.train.values));
  list.add("labels", {count}, std::move(labels));
  return list.made();
}

Trained HeadMethod::fit(const Dataset& train, const Dataset& held_out, const EpochCallback& on_epoch) const {
  const std::string input = train.has_texts() ? "text" : "image";
  if (!train.empty() && trunk_.spec().input != input)
    throw Error(
        ErrorCode::TypeMismatch, "Trainer",
        fmt::format("wanted a data set of {}s, as {} takes, got one of {}s", trunk_.spec().input, trunk_.name(), input));
  HeadData data = head_data(trunk_, train, held_out, options_);
  const auto begin = std::chrono::steady_clock::now();
  Report report;
  report.model = fmt::format("head ({}) on {}", name_of(options_.kind), trunk_.name());
  report.exclusive = options_.exclusive;
  report.trained_on = data.train.targets.rows.size();
  report.held_out = data.held_out.targets.rows.size();
  report.settings = settings_of(options_);
  report.notes = data.notes;
  report.faults = data.faults;
  for (const std::string& name : data.concepts) report.concepts.push_back({.name = name});
  for (const Targets::Row& row : data.train.targets.rows)
    for (const std::uint32_t each : row.positive) ++report.concepts[each].trained_on;

  ModelDirectory model;
  model.spec.settings = Json::object({{"trunk", trunk_.name()}, {"kind", "layers"}});
  const bool is_layers = options_.kind == HeadKind::Linear || options_.kind == HeadKind::Mlp;
  model.weights = is_layers ? train_layers(train, data, on_epoch, report) : take_nearest(data, model.spec.settings);
  report.seconds_training = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  report.seconds_embedding = data.seconds;
  report.computed = data.computed;
  report.items_per_second = data.seconds > 0 ? static_cast<double>(data.embedded) / data.seconds : 0;

  if (report.held_out > 0) {
    measure(report, Head(model.spec.settings, model.weights, "head"), data, held_out);
  }
  report.peak_memory = peak_memory();

  ModelSpec& spec = model.spec;
  spec.id = "head";
  spec.task = input + " classification";
  spec.input = input;
  spec.output = "concepts";
  spec.architecture = "head";
  spec.decoding = Json::object({{"kind", options_.exclusive ? "softmax" : "sigmoid"}});
  spec.source = "trained with Trainer::head on " + trunk_.name();
  spec.description = fmt::format("Tells {} concepts apart", data.concepts.size());
  spec.trained_on = fmt::format("{} {}s of one's own", report.trained_on, input);
  spec.trained_by = "workflow";
  if (report.accuracy) spec.metrics["accuracy"] = *report.accuracy;
  if (report.roc_auc) spec.metrics["roc_auc"] = *report.roc_auc;
  model.labels = data.concepts;
  model.card = card_of(report, spec);
  return {Classifier(std::make_shared<const LoadedModel>(std::move(model), trunk_.parts()), trunk_.device()),
          std::move(report)};
}

}  // namespace workflow
