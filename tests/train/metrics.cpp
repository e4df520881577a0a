#include "workflow/train/metrics.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>

#include "base/mapped_file.h"
#include "catch.h"
#include "run_once.h"
#include "temporary_folder.h"
#include "train/beta.h"
#include "workflow/base/json.h"
#include "workflow/train/report.h"

using namespace workflow;

namespace {

// Scores and truths with what scikit-learn says of them.
void check_against(const Json& cases) {
  REQUIRE(cases.size() > 0);
  for (const Json& each : cases.items()) {
    std::vector<float> scores;
    std::vector<std::uint8_t> truths;
    for (const Json& score : each.at("scores").items()) scores.push_back(static_cast<float>(score.number()));
    for (const Json& truth : each.at("truths").items()) truths.push_back(truth.integer() == 1 ? 1 : 0);
    const auto number = [&](const char* name) { return each.at(name).number(); };
    CHECK(std::abs(roc_auc(scores, truths).value() - number("roc_auc")) < 1e-6);
    CHECK(std::abs(average_precision(scores, truths).value() - number("average_precision")) < 1e-6);
    const Decisions at = decisions_at(scores, truths, 0.5f);
    CHECK(std::abs(at.precision() - number("precision")) < 1e-6);
    CHECK(std::abs(at.recall() - number("recall")) < 1e-6);
    CHECK(std::abs(at.f1() - number("f1")) < 1e-6);
    const auto bins = reliability(scores, truths);
    CHECK(std::abs(expected_calibration_error(bins) - number("ece")) < 1e-6);
    REQUIRE(bins.size() == each.at("share_true").size());
    for (std::size_t i = 0; i < bins.size(); ++i) {
      CHECK(std::abs(bins[i].share_true - each.at("share_true").at(i).number()) < 1e-6);
      CHECK(std::abs(bins[i].mean_score - each.at("mean_score").at(i).number()) < 1e-6);
    }
  }
}

}  // namespace

TEST_CASE("Metrics agree with scikit-learn's on the same scores, as they were written down") {
  check_against(Json::parse(MappedFile(WORKFLOW_SOURCE_DIR "/tests/train/sklearn.json", "test").text()));
}

TEST_CASE("Metrics agree with scikit-learn's on new scores, where that is installed") {
  const TemporaryFolder folder;
  const std::string seed = std::to_string(std::random_device()() % 100'000);
  const std::string command = "/usr/bin/python3 " WORKFLOW_SOURCE_DIR "/tests/train/sklearn_golden.py " + seed + " > " +
                              (folder / "made.json") + " 2>/dev/null";
  if (std::system(command.c_str()) != 0) {
    WARN("skipped, as there is no python3-sklearn");
    return;
  }
  INFO("seed " << seed);
  check_against(Json::parse(MappedFile(folder / "made.json", "test").text()));
}

TEST_CASE("Without positive or negative items there is no curve to measure, and no number is made up") {
  const std::vector<float> scores = {0.1f, 0.9f};
  const std::vector<std::uint8_t> none = {0, 0}, all = {1, 1};
  CHECK_FALSE(roc_auc(scores, none));
  CHECK_FALSE(roc_auc(scores, all));
  CHECK_FALSE(average_precision(scores, none));
  CHECK(average_precision(scores, all).value() == Approx(1));
  CHECK_FALSE(roc_auc({}, {}));
  CHECK(threshold_curve({}, {}).empty());
  CHECK(reliability({}, {}).empty());
  CHECK(expected_calibration_error({}) == 0);
  CHECK(decisions_at({}, {}, 0.5f) == Decisions{});
  CHECK(Decisions{}.precision() == 0);
  CHECK(Decisions{}.f1() == 0);
}

TEST_CASE("NaN scores and lists of different length are errors") {
  const std::vector<float> scores = {0.1f, made::nan}, two = {0.1f, 0.2f}, single = {0.1f};
  const std::vector<std::uint8_t> truths = {0, 1}, one = {1};
  CHECK_THROWS_AS(roc_auc(scores, truths), Error);
  CHECK_THROWS_AS(decisions_at(scores, truths, 0.5f), Error);
  CHECK_THROWS_AS(average_precision(two, one), Error);
  CHECK_THROWS_AS(reliability(single, one, 0), Error);
}

TEST_CASE("Equal scores count half, and a point stands for all of them") {
  const std::vector<float> scores = {0.5f, 0.5f, 0.5f, 0.5f};
  const std::vector<std::uint8_t> truths = {1, 0, 1, 0};
  CHECK(roc_auc(scores, truths).value() == Approx(0.5));
  CHECK(average_precision(scores, truths).value() == Approx(0.5));
  CHECK(threshold_curve(scores, truths).size() == 1);
}

TEST_CASE("A long curve is thinned out and keeps both ends") {
  std::vector<float> scores;
  std::vector<std::uint8_t> truths;
  for (int i = 0; i < 5000; ++i) scores.push_back(static_cast<float>(i) / 5000), truths.push_back(i % 3 == 0);
  const auto curve = threshold_curve(scores, truths, 100);
  REQUIRE(curve.size() == 100);
  CHECK(curve.front().threshold == scores.back());
  CHECK(curve.back().threshold == scores.front());
}

TEST_CASE("Clopper and Pearson's lower end is what the beta distribution's quantile gives") {
  // scipy.stats.beta.ppf(1 - confidence, k, n - k + 1)
  CHECK(clopper_pearson_lower(95, 100, 0.95) == Approx(0.8977466224).epsilon(1e-8));
  CHECK(clopper_pearson_lower(100, 100, 0.95) == Approx(std::pow(0.05, 0.01)).epsilon(1e-9));
  CHECK(clopper_pearson_lower(1, 10, 0.975) == Approx(0.002528579).epsilon(1e-6));
  CHECK(clopper_pearson_lower(0, 10, 0.95) == 0);
  CHECK(clopper_pearson_lower(990'000, 1'000'000, 0.95) == Approx(0.989834786).epsilon(1e-8));
  CHECK_THROWS_AS(clopper_pearson_lower(2, 1, 0.95), Error);
  CHECK(incomplete_beta(2, 3, 0.5) == Approx(0.6875).epsilon(1e-12));
  CHECK(incomplete_beta(0.5, 0.5, 0.25) == Approx(1.0 / 3).epsilon(1e-12));
}

TEST_CASE("McNemar's exact test doubles a fair coin's tail") {
  CHECK(mcnemar_p(0, 0) == 1);
  CHECK(mcnemar_p(5, 5) == 1);
  CHECK(mcnemar_p(0, 5) == Approx(2 * std::pow(0.5, 5)));
  CHECK(mcnemar_p(10, 2) == Approx(2 * (1 + 12 + 66) / 4096.0));
}

TEST_CASE("A promised precision holds in at least the promised share of 1,000 draws") {
  // Scores are uniform, and right with a chance that rises with them: the precision above t is the chance's mean over t..1.
  const double wanted = 0.9, confidence = 0.9;
  const auto chance = [](double score) { return 0.5 + 0.5 * std::sqrt(score); };
  const auto precision_above = [](double t) { return 0.5 + (1 - std::pow(t, 1.5)) / (3 * (1 - t)); };
  std::mt19937_64 random(5);
  const auto uniform = [&] { return static_cast<double>(random() >> 11U) * 0x1p-53; };
  int promised = 0, broken = 0;
  for (int draw = 0; draw < 1000; ++draw) {
    std::vector<float> scores;
    std::vector<std::uint8_t> truths;
    for (int i = 0; i < 500; ++i) {
      scores.push_back(static_cast<float>(uniform()));
      truths.push_back(uniform() < chance(static_cast<double>(scores.back())) ? 1 : 0);
    }
    const auto found = promised_threshold(scores, truths, wanted, confidence);
    if (!found) continue;
    ++promised;
    broken += precision_above(static_cast<double>(*found)) < wanted ? 1 : 0;
    CHECK(found.precision >= wanted);
  }
  INFO(promised << " promises, " << broken << " broken");
  CHECK(broken <= 1000 * (1 - confidence));
  // A promise that is never made would hold as well.
  CHECK(promised > 700);
}

TEST_CASE("Data that cannot promise say why") {
  std::vector<float> scores;
  std::vector<std::uint8_t> truths;
  for (int i = 0; i < 100; ++i) scores.push_back(static_cast<float>(i) / 100), truths.push_back(1);
  const auto few = promised_threshold(scores, truths, 0.99, 0.95);
  CHECK_FALSE(few);
  CHECK_THAT(few.why, Catch::Contains("100 held-out inputs are too few"));
  const auto enough = promised_threshold(scores, truths, 0.9, 0.95);
  REQUIRE(enough);
  CHECK(enough.accepted == 99);
  std::fill(truths.begin(), truths.end(), std::uint8_t{0});
  CHECK_THAT(promised_threshold(scores, truths, 0.9, 0.95).why, Catch::Contains("no threshold of 100"));
  std::fill(scores.begin(), scores.end(), 0.5f);
  CHECK_FALSE(promised_threshold(scores, truths, 0.9, 0.95));
  CHECK_FALSE(promised_threshold({}, {}, 0.9, 0.95));
  CHECK_THROWS_AS(promised_threshold(scores, truths, 1, 0.95), Error);
  CHECK_THROWS_AS(promised_threshold(scores, truths, 0.9, 0), Error);
}
