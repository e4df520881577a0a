#include "train/fit_layers.h"

#include <cmath>
#include <random>

#include "catch.h"
#include "made.h"
#include "train/calibrate.h"
#include "train/nearest_head.h"
#include "train/standardise.h"
#include "workflow/base/error.h"

using namespace workflow;

namespace {

// Rows around one corner for each concept: easy to tell apart.
struct Made {
  std::vector<float> values;
  Targets targets;
  std::size_t length = 0;

  Made(std::size_t concepts, std::size_t each, std::size_t width, bool exclusive = true) : length(width) {
    targets.concepts = concepts;
    targets.exclusive = exclusive;
    std::mt19937_64 random(3);
    for (std::size_t i = 0; i < concepts * each; ++i) {
      const auto shown = static_cast<std::uint32_t>(i % concepts);
      for (std::size_t k = 0; k < width; ++k)
        values.push_back(static_cast<float>(static_cast<double>(random() >> 11U) * 0x1p-53) +
                         (k % concepts == shown ? 1.0f : 0.0f));
      targets.rows.push_back({{shown}, {}, true});
    }
  }

  Rows rows() const { return {values, length, &targets}; }

  std::vector<std::uint32_t> all() const {
    std::vector<std::uint32_t> places(targets.rows.size());
    for (std::uint32_t i = 0; i < places.size(); ++i) places[i] = i;
    return places;
  }

  double accuracy(const std::vector<Layer>& layers) const {
    const auto logits = outputs_of(layers, rows(), all(), 1);
    double right = 0;
    for (std::size_t i = 0; i < targets.rows.size(); ++i) {
      const auto z = logits.begin() + static_cast<std::ptrdiff_t>(i * targets.concepts);
      right += targets.of(
          i, static_cast<std::size_t>(std::max_element(z, z + static_cast<std::ptrdiff_t>(targets.concepts)) - z));
    }
    return right / static_cast<double>(targets.rows.size());
  }
};

std::vector<Layer> trained(const Made& made, std::vector<std::size_t> widths, FitSettings settings) {
  settings.threads = 1;
  return fit_layers(starting_layers(widths, 1), made.rows(), {}, {}, settings);
}

bool same(const std::vector<Layer>& a, const std::vector<Layer>& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i].weight != b[i].weight || a[i].bias != b[i].bias) return false;
  return a.size() == b.size();
}

}  // namespace

TEST_CASE("L-BFGS and SGD learn what can be told apart, with and without a hidden layer") {
  const Made made(3, 40, 9);
  CHECK(made.accuracy(trained(made, {9, 3}, {.epochs = 30, .l2 = 0.001})) == 1);
  CHECK(made.accuracy(trained(made, {9, 16, 3}, {.epochs = 30, .l2 = 0.001})) == 1);
  CHECK(made.accuracy(
            trained(made, {9, 3}, {.optimiser = Optimiser::Sgd, .epochs = 60, .learning_rate = 0.5, .batch = 16})) > 0.95);
  CHECK(made.accuracy(trained(made, {9, 16, 3},
                              {.optimiser = Optimiser::Sgd, .epochs = 60, .learning_rate = 0.5, .batch = 16})) > 0.95);
}

TEST_CASE("Logistic regression ends where the penalised loss has its minimum") {
  // One feature, two rows, equal and opposite: by symmetry w0 = -w1 = w, b = 0, and w solves l2 * w = 1 / (1 + exp(2 w)).
  Made made(2, 1, 1);
  made.values = {1, -1};
  const double l2 = 0.1;
  const auto layers = trained(made, {1, 2}, {.epochs = 200, .l2 = l2});
  const double w = static_cast<double>(layers[0].weight[0]);
  CHECK(l2 * w == Approx(1 / (1 + std::exp(2 * w))).epsilon(1e-3));
  CHECK(layers[0].weight[1] == Approx(-w).epsilon(1e-3));
}

TEST_CASE("Heads that are trained side by side end where each ends alone on the rows that are its own") {
  for (const bool is_exclusive : {true, false}) {
    Made made(3, 30, 6, is_exclusive);
    for (std::size_t i = 0; i < 20; ++i) made.targets.rows[i].positive = {static_cast<std::uint32_t>(i * 5 % 7 % 3)};
    if (is_exclusive) made.targets.rows[5] = {{}, {1}, false};
    std::vector<std::uint32_t> first, second;
    for (std::uint32_t i = 0; i < made.targets.rows.size(); ++i) (i / 3 % 3 == 0 ? first : second).push_back(i);
    const std::vector<std::span<const std::uint32_t>> left_out = {{}, first, second};
    const std::vector<std::vector<std::uint32_t>> own = {made.all(), second, first};
    FitSettings settings{.epochs = 200, .l2 = 0.05, .concept_weights = {1.0f, 2.0f, 0.5f}};
    const auto start = starting_layers(std::vector<std::size_t>{6, 3}, 1);
    double last = 0;
    settings.go_on = [&](const FitEpoch& epoch) { return last = epoch.loss, true; };
    const auto together = fit_side_by_side({3, start.front()}, made.rows(), left_out, {}, settings);
    const double of_first = last;
    for (std::size_t head = 0; head < 3; ++head) {
      const auto alone = fit_layers(start, made.rows(), own[head], {}, settings);
      if (head == 0) CHECK(of_first == Approx(last).epsilon(1e-3));
      // Bias and weights can make up for each other: what counts is what the heads say.
      const auto said = outputs_of({together[head]}, made.rows(), made.all(), 1);
      const auto wanted = outputs_of(alone, made.rows(), made.all(), 1);
      REQUIRE(said.size() == wanted.size());
      for (std::size_t i = 0; i < said.size(); ++i) CHECK(said[i] == Approx(wanted[i]).margin(5e-3));
    }
  }
}

TEST_CASE("Ten thousand concepts are trained, a few heads at a time") {
  constexpr std::uint32_t concepts = 10'000, length = 128;
  Targets targets{.concepts = concepts};
  std::vector<float> values(std::size_t{concepts / 50} * length);
  std::mt19937_64 random(1);
  for (float& value : values) value = static_cast<float>(random() >> 40U) * 0x1p-23f - 1;
  for (std::uint32_t row = 0; row < concepts / 50; ++row) targets.rows.push_back({{row * 50}, {}, true});
  const std::vector<std::uint32_t> first = {0};
  const std::vector<std::span<const std::uint32_t>> left_out = {{}, first};
  const auto start = starting_layers(std::vector<std::size_t>{length, concepts}, 1);
  const Rows rows{values, length, &targets};
  const auto heads = fit_side_by_side({2, start.front()}, rows, left_out, {}, {.epochs = 10, .threads = 1});
  std::vector<std::uint32_t> all(targets.rows.size());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  for (std::size_t head = 0; head < 2; ++head) {
    const auto logits = outputs_of({heads[head]}, rows, all, 1);
    std::size_t right = 0;
    for (std::size_t row = 0; row < all.size(); ++row) {
      const auto z = std::span(logits).subspan(row * concepts, concepts);
      right += std::max_element(z.begin(), z.end()) - z.begin() == static_cast<std::ptrdiff_t>(row * 50) ? 1 : 0;
    }
    CHECK(right == all.size() - head);  // what a head never saw it cannot know
  }
}

TEST_CASE("Equal seeds give equal layers, to the last bit") {
  const Made made(3, 30, 6);
  for (const auto optimiser : {Optimiser::Lbfgs, Optimiser::Sgd}) {
    const FitSettings settings{
        .optimiser = optimiser, .epochs = 10, .l2 = 0.01, .learning_rate = 0.3, .batch = 8, .seed = 5};
    CHECK(same(trained(made, {6, 8, 3}, settings), trained(made, {6, 8, 3}, settings)));
  }
}

TEST_CASE("Independent concepts are learnt from what is known of them") {
  Made made(3, 40, 9, false);
  for (std::size_t i = 0; i < made.targets.rows.size(); i += 2) {
    // Of every second row only its own concept is known.
    made.targets.rows[i].rest_is_negative = false;
  }
  CHECK(made.accuracy(trained(made, {9, 3}, {.epochs = 40, .l2 = 0.001})) == 1);
}

TEST_CASE("A row that only says what it is not leaves the others open") {
  Made made(3, 40, 9);
  for (std::size_t i = 0; i < made.targets.rows.size(); i += 3) {
    const auto shown = made.targets.rows[i].positive.front();
    made.targets.rows[i] = {{}, {(shown + 1) % 3, (shown + 2) % 3}, false};  // neither of the others
  }
  const auto layers = trained(made, {9, 3}, {.epochs = 40, .l2 = 0.001});
  for (std::size_t i = 0; i < made.targets.rows.size(); i += 3) made.targets.rows[i] = {{0}, {}, true};
  CHECK(made.accuracy(layers) == 1);
}

TEST_CASE("A training can be stopped, watched and cancelled") {
  const Made made(2, 20, 4);
  int epochs = 0;
  FitSettings settings{.epochs = 50, .l2 = 0.0, .threads = 1};
  settings.go_on = [&](const FitEpoch& epoch) {
    ++epochs;
    CHECK(epoch.number == epochs);
    CHECK(epoch.accuracy.has_value());
    CHECK(epoch.held_out_loss.value() >= 0);
    return epochs < 3;
  };
  fit_layers(starting_layers(std::vector<std::size_t>{4, 2}, 1), made.rows(), {}, made.rows(), settings);
  CHECK(epochs == 3);
  std::stop_source stop;
  stop.request_stop();
  settings.cancel = stop.get_token();
  try {
    fit_layers(starting_layers(std::vector<std::size_t>{4, 2}, 1), made.rows(), {}, {}, settings);
    FAIL("wanted an Error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::Cancelled);
  }
}

TEST_CASE("Standardised features, folded into the weights, give the same outputs on plain ones") {
  Made made(3, 20, 5);
  for (std::size_t i = 0; i < made.values.size(); i += 5) made.values[i] = 7;  // a feature that never changes
  const Made plain = made;
  const auto standard = Standardisation::of(made.values, 5);
  standard.apply(made.values);
  double sum = 0, squares = 0;
  for (std::size_t i = 1; i < made.values.size(); i += 5) {
    sum += static_cast<double>(made.values[i]);
    squares += static_cast<double>(made.values[i] * made.values[i]);
  }
  CHECK(sum == Approx(0).margin(1e-3));
  CHECK(squares == Approx(60).epsilon(1e-3));
  auto layers = trained(made, {5, 3}, {.epochs = 20, .l2 = 0.01});
  const auto before = outputs_of(layers, made.rows(), made.all(), 1);
  standard.fold_into(layers[0]);
  const auto after = outputs_of(layers, plain.rows(), plain.all(), 1);
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(after[i] == Approx(before[i]).margin(1e-3));
}

TEST_CASE("Temperature and Platt's line undo what was scaled and shifted") {
  // Logits that are three times too sure: the likeliest factor is a third.
  std::mt19937_64 random(9);
  const auto uniform = [&] { return static_cast<double>(random() >> 11U) * 0x1p-53; };
  Targets targets{.concepts = 2, .exclusive = true};
  std::vector<float> logits, one;
  std::vector<std::uint8_t> truths;
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const double logit = uniform() * 6 - 3;
    const bool is_first = uniform() < 1 / (1 + std::exp(-logit));
    logits.insert(logits.end(), {static_cast<float>(3 * logit), 0.0f});
    targets.rows.push_back({{is_first ? 0U : 1U}, {}, true});
    rows.push_back(i);
    one.push_back(static_cast<float>(2 * logit + 1));
    truths.push_back(is_first ? 1 : 0);
  }
  CHECK(fit_temperature(logits, targets, rows) == Approx(1.0 / 3).epsilon(0.05));
  const PlattLine line = fit_platt(one, truths);
  CHECK(line.scale == Approx(0.5).epsilon(0.05));
  CHECK(line.shift == Approx(-0.5).margin(0.05));
  CHECK(fit_temperature({}, targets, {}) == 1);
  CHECK(fit_platt(one, std::vector<std::uint8_t>(one.size(), 1)).scale == 1);
}

TEST_CASE("Prototypes tell concepts apart from a single example each") {
  Made made(3, 1, 9);
  HeadRows rows{made.values, made.targets, {}, {}};
  normalise_rows(rows.values, 9);
  const Layer layer = prototypes(rows, 9);
  Made many(3, 30, 9);
  normalise_rows(many.values, 9);
  CHECK(many.accuracy({layer}) > 0.9);
  std::vector<float> zeros(9);
  normalise_rows(zeros, 9);
  CHECK(zeros == std::vector<float>(9));
}
