#include "train/deep/schedule.h"

#include "catch.h"
#include "train/deep/deep.h"
#include "train/deep/seeds.h"

using namespace workflow;

namespace {

LoopSettings settings_with(std::initializer_list<Json::Member> changes) {
  const TrainingTemplate shape = test::no_models().training_template("classification/tiny");
  HyperparameterValues values(shape.hyperparameters());
  for (const auto& [name, value] : changes) values.set(name, shape.checked(name, value));
  return LoopSettings(values);
}

}  // namespace

TEST_CASE("One cycle rises from a 25th, is at its height where warm_up says, and ends at nearly nothing") {
  const LoopSettings settings = settings_with({{"learning_rate", 0.5}, {"schedule", "one-cycle"}, {"warm_up", 0.3}});
  const Schedule schedule(settings, 100);
  CHECK(schedule.rate(0) == Approx(0.5 / 25));
  CHECK(schedule.rate(30) == Approx(0.5));
  CHECK(schedule.rate(99) < 0.5 * 0.002);
  for (int step = 1; step < 100; ++step) CHECK((schedule.rate(step) > schedule.rate(step - 1)) == (step <= 30));
}

TEST_CASE("A cosine falls after a straight warm-up") {
  const LoopSettings settings = settings_with({{"learning_rate", 1.0}, {"schedule", "cosine"}, {"warm_up", 0.1}});
  const Schedule schedule(settings, 100);
  CHECK(schedule.rate(4) == Approx(5.0 / 11));
  CHECK(schedule.rate(10) == Approx(1));
  CHECK(schedule.rate(55) == Approx(0.5));
  CHECK(schedule.rate(99) < 0.001);
}

TEST_CASE("A plateau of more than three epochs brings a tenth, and its state is all that it knows") {
  const LoopSettings settings = settings_with({{"learning_rate", 1.0}, {"schedule", "plateau"}, {"warm_up", 0}});
  Schedule schedule(settings, 100);
  for (const double loss : {3.0, 2.0, 2.0, 2.1, 2.0}) schedule.after_epoch(loss);
  CHECK(schedule.rate(50) == 1);
  Schedule other(settings, 100);
  other.restore(Json::parse(schedule.state().dump()));
  for (Schedule* each : {&schedule, &other}) {
    each->after_epoch(2.5);
    CHECK(each->rate(50) == Approx(0.1));
    each->after_epoch(1.0);
    CHECK(each->rate(50) == Approx(0.1));
  }
}

TEST_CASE("Seeds of other numbers, or in another order, are others") {
  CHECK(seed_of({1, 2}) == seed_of({1, 2}));
  CHECK(seed_of({1, 2}) != seed_of({2, 1}));
  CHECK(seed_of({0}) != seed_of({0, 0}));
}
