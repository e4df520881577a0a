#include "train/cross_validate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "train/dataset_folds.h"

namespace workflow {
namespace {

struct Fold {
  std::vector<std::uint32_t> train;
  std::vector<std::uint32_t> held_out;
};

// Rows of `enrich` belong to no input that could be held out, and are always trained on.
std::vector<Fold> folds_of(const Dataset& dataset, const HeadRows& rows, int folds, std::uint64_t seed) {
  const std::vector<std::size_t> places(rows.places.begin(), rows.places.end());
  std::vector<Fold> parts;
  for (const auto& held_out : held_out_folds(dataset.subset(places), folds, seed)) {
    Fold fold;
    for (std::uint32_t row = 0, next = 0; row < rows.targets.rows.size(); ++row) {
      const bool is_held_out = next < held_out.size() && held_out[next] == row;
      next += is_held_out ? 1 : 0;
      (is_held_out ? fold.held_out : fold.train).push_back(row);
    }
    if (!fold.held_out.empty() && !fold.train.empty()) parts.push_back(std::move(fold));
  }
  return parts;
}

double accuracy_of(std::span<const float> logits, const Targets& targets, std::span<const std::uint32_t> rows) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float* z = logits.data() + i * targets.concepts;
    const auto top = static_cast<std::size_t>(std::max_element(z, z + targets.concepts) - z);
    right += targets.of(rows[i], top) == 1 ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(rows.size());
}

}  // namespace

double mean_loss(std::span<const float> logits, const Targets& targets, std::span<const std::uint32_t> rows) {
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float* z = logits.data() + i * targets.concepts;
    if (targets.exclusive) {
      const double most = static_cast<double>(*std::max_element(z, z + targets.concepts));
      double all = 0, right = 0;
      for (std::size_t each = 0; each < targets.concepts; ++each) {
        const double likely = std::exp(static_cast<double>(z[each]) - most);
        all += likely;
        if (targets.of(rows[i], each) != 0) right += likely;
      }
      sum += std::log(all) - std::log(std::max(right, 1e-300));
      ++count;
      continue;
    }
    for (std::size_t each = 0; each < targets.concepts; ++each) {
      const int truth = targets.of(rows[i], each);
      if (truth < 0) continue;
      const double logit = static_cast<double>(z[each]);
      sum += std::max(logit, 0.0) - logit * truth + std::log1p(std::exp(-std::abs(logit)));
      ++count;
    }
  }
  return count > 0 ? sum / count : 0.0;
}

CrossValidated cross_validate(const Dataset& train, const HeadRows& rows, std::size_t length,
                              std::span<const std::size_t> widths, std::span<const double> l2s, int folds,
                              const FitSettings& settings) {
  const auto parts = folds_of(train, rows, folds, settings.seed);
  if (parts.size() < 2) return {};
  const Rows view{rows.values, length, &rows.targets};
  std::vector<CrossValidated> tried(l2s.size());
  FitSettings quiet = settings;
  quiet.go_on = {};
  for (const Fold& fold : parts) {
    std::vector<Layer> layers = starting_layers(widths, settings.seed);
    for (std::size_t i = 0; i < l2s.size(); ++i) {
      quiet.l2 = l2s[i];
      if (widths.size() > 2) layers = starting_layers(widths, settings.seed);
      layers = fit_layers(std::move(layers), view, fold.train, {}, quiet);
      const auto logits = outputs_of(layers, view, fold.held_out, settings.threads);
      CrossValidated& of = tried[i];
      of.l2 = l2s[i];
      of.rows.insert(of.rows.end(), fold.held_out.begin(), fold.held_out.end());
      of.logits.insert(of.logits.end(), logits.begin(), logits.end());
      of.fold_accuracy.push_back(accuracy_of(logits, rows.targets, fold.held_out));
    }
  }
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < tried.size(); ++i)
    if (const double loss = mean_loss(tried[i].logits, rows.targets, tried[i].rows); loss < least) best = i, least = loss;
  return std::move(tried[best]);
}

}  // namespace workflow
