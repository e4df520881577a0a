#include "train/cross_validate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "train/dataset_folds.h"
#include "train/row_space.h"

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

// Logits that are kept of all folds together: those of every row where concepts or rows are few, else of rows that are
// spread evenly.
constexpr std::size_t most_logits = std::size_t{8} << 20U;

std::size_t right_of(std::span<const float> logits, const Targets& targets, std::span<const std::uint32_t> rows) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float* z = logits.data() + i * targets.concepts;
    const auto top = static_cast<std::size_t>(std::max_element(z, z + targets.concepts) - z);
    right += targets.of(rows[i], top) == 1 ? 1 : 0;
  }
  return right;
}

CrossValidated seen_by(std::span<const std::vector<Layer>> heads, const Rows& rows, const std::vector<Fold>& folds,
                       const FitSettings& settings) {
  CrossValidated seen{.l2 = settings.l2, .rows = {}, .logits = {}, .fold_accuracy = {}};
  const std::size_t concepts = rows.targets->concepts;
  const std::size_t stride = rows.size() * concepts / most_logits + 1;
  const std::size_t chunk = std::max<std::size_t>(most_logits / 4 / concepts, 1);
  std::size_t number = 0;
  for (std::size_t i = 0; i < folds.size(); ++i) {
    const std::span<const std::uint32_t> held_out = folds[i].held_out;
    std::size_t right = 0;
    for (std::size_t begin = 0; begin < held_out.size(); begin += chunk) {
      const auto part = held_out.subspan(begin, std::min(chunk, held_out.size() - begin));
      const auto logits = outputs_of(heads[i], rows, part, settings.threads);
      right += right_of(logits, *rows.targets, part);
      for (std::size_t at = 0; at < part.size(); ++at) {
        if (number++ % stride != 0) continue;
        const auto of_row = std::span(logits).subspan(at * concepts, concepts);
        seen.rows.push_back(part[at]);
        seen.logits.insert(seen.logits.end(), of_row.begin(), of_row.end());
      }
    }
    seen.fold_accuracy.push_back(static_cast<double>(right) / static_cast<double>(held_out.size()));
  }
  return seen;
}

// Goes on training one linear head for each fold.
void fit_folds(std::vector<std::vector<Layer>>& heads, const Rows& rows, const std::vector<Fold>& folds,
               const FitSettings& settings) {
  std::vector<Layer> start;
  std::vector<std::span<const std::uint32_t>> left_out(folds.size());
  for (std::size_t i = 0; i < folds.size(); ++i) {
    start.push_back(std::move(heads[i].front()));
    left_out[i] = folds[i].held_out;
  }
  auto fitted = fit_side_by_side(std::move(start), rows, left_out, {}, settings);
  for (std::size_t i = 0; i < folds.size(); ++i) heads[i].front() = std::move(fitted[i]);
}

// The head that is wanted and those of the folds, all at once.
FittedHead fit_with_folds(const Layer& start, const Rows& rows, const std::vector<Fold>& folds, const Rows& held_out,
                          const FitSettings& settings) {
  std::vector<std::span<const std::uint32_t>> left_out(1 + folds.size());
  for (std::size_t i = 0; i < folds.size(); ++i) left_out[1 + i] = folds[i].held_out;
  std::vector<std::vector<Layer>> heads;
  const std::vector<Layer> starts(left_out.size(), start);
  for (Layer& head : fit_side_by_side(starts, rows, left_out, held_out, settings)) heads.push_back({std::move(head)});
  CrossValidated seen = seen_by(std::span(heads).subspan(1), rows, folds, settings);
  return {std::move(heads.front()), std::move(seen)};
}

// All heads in one space of features.
FittedHead fit_in(const std::vector<Layer>& start, const Rows& rows, const std::vector<Fold>& folds,
                  const CrossValidation& validation, const Rows& held_out, const FitSettings& settings) {
  const bool is_linear = start.size() == 1;
  if (is_linear && validation.l2s.empty()) return fit_with_folds(start.front(), rows, folds, held_out, settings);

  FitSettings chosen = settings, tried = settings;
  tried.go_on = {};
  CrossValidated best;
  double least = std::numeric_limits<double>::infinity();
  std::vector<std::vector<Layer>> heads(folds.size(), start);
  for (const double l2 : validation.l2s.empty() ? std::span(&settings.l2, 1) : validation.l2s) {
    if (folds.empty()) break;
    tried.l2 = l2;
    if (is_linear)
      fit_folds(heads, rows, folds, tried);
    else
      for (std::size_t i = 0; i < folds.size(); ++i) heads[i] = fit_layers(start, rows, folds[i].train, {}, tried);
    CrossValidated seen = seen_by(heads, rows, folds, tried);
    const double loss = mean_loss(seen.logits, *rows.targets, seen.rows);
    if (loss >= least) continue;
    least = loss;
    chosen.l2 = l2;
    best = std::move(seen);
  }
  return {fit_layers(start, rows, {}, held_out, chosen), std::move(best)};
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

FittedHead fit_head(const Dataset& train, const HeadRows& rows, std::size_t length, std::span<const std::size_t> widths,
                    const CrossValidation& validation, const Rows& held_out, const FitSettings& settings) {
  const Rows view{rows.values, length, &rows.targets};
  const auto start = starting_layers(widths, settings.seed);
  std::vector<Fold> folds;
  if (validation.folds > 0) folds = folds_of(train, rows, validation.folds, settings.seed);
  if (folds.size() < 2) folds.clear();
  // With few rows the way through their products is the shorter one.
  const bool are_few = start.size() == 1 && settings.optimiser == Optimiser::Lbfgs && view.size() * 2 <= length;
  if (!are_few) return fit_in(start, view, folds, validation, held_out, settings);

  const RowSpace space(view, settings.threads);
  const std::vector<float> values = space.project(view.values), seen_held_out = space.project(held_out.values);
  const std::vector<std::size_t> reduced_widths{space.size(), widths.back()};
  FittedHead fitted = fit_in(starting_layers(reduced_widths, settings.seed), {values, space.size(), view.targets}, folds,
                             validation, {seen_held_out, space.size(), held_out.targets}, settings);
  fitted.layers.front() = space.full(fitted.layers.front());
  return fitted;
}

}  // namespace workflow
