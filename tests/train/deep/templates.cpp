#include "workflow/train/training_template.h"

#include <fstream>
#include <sstream>

#include "catch.h"
#include "train/deep/deep.h"
#include "workflow/base/error.h"

using namespace workflow;
using Catch::Contains;

TEST_CASE("Every template describes all that can be chosen, and its own values are within its ranges") {
  const Catalogue catalogue = test::no_models();
  REQUIRE(Catalogue::training_templates().size() >= 11);
  for (const std::string& name : Catalogue::training_templates()) {
    CAPTURE(name);
    const TrainingTemplate shape = catalogue.training_template(name);
    CHECK(shape.name() == name);
    CHECK(name.starts_with(shape.kind() + "/"));
    const std::string text = shape.describe();
    const Json schema = shape.schema();
    CHECK(schema.at("properties").size() == shape.hyperparameters().size());
    for (const Hyperparameter& each : shape.hyperparameters()) {
      CAPTURE(each.name);
      CHECK(shape.checked(each.name, each.otherwise) == each.otherwise);
      CHECK_THAT(text, Contains("  " + each.name + " "));
      CHECK_FALSE(each.description.empty());
      CHECK(schema.at("properties").at(each.name).at("default") == each.otherwise);
      if (each.otherwise.is_number()) CHECK(each.least < each.most);
    }
  }
}

TEST_CASE("The guide lists every template with every hyperparameter") {
  std::ifstream file(WORKFLOW_SOURCE_DIR "/docs/templates.md");
  std::stringstream guide;
  guide << file.rdbuf();
  for (const std::string& name : Catalogue::training_templates()) {
    CHECK_THAT(guide.str(), Contains("`" + name + "`"));
    for (const Hyperparameter& each : test::no_models().training_template(name).hyperparameters())
      CHECK_THAT(guide.str(), Contains("`" + each.name + "`"));
  }
}

TEST_CASE("A template that is not there is told with the nearest name") {
  CHECK_THROWS_WITH(test::no_models().training_template("classification/resnet81"),
                    Contains("there is no template") && Contains("nearest: \"classification/resnet18\""));
}

TEST_CASE("Hyperparameters are checked as they are set") {
  Trainer trainer = Trainer::deep(test::no_models().training_template("classification/tiny"));
  CHECK_NOTHROW(trainer.set({{"image_size", 64}, {"learning_rate", 0.01}, {"optimiser", "adamw"}, {"exclusive", false}}));
  CHECK_NOTHROW(trainer.set({{"image_size", 64.0}, {"learning_rate", 1}}));
  CHECK_THROWS_WITH(trainer.set({{"learning_rat", 0.01}}), Contains("learning_rat") && Contains("did you mean \"learning_rate\"?"));
  CHECK_THROWS_WITH(trainer.set({{"image_size", 8}}), Contains("image_size: wanted a whole number from 16 to 1024, got 8"));
  CHECK_THROWS_WITH(trainer.set({{"image_size", 64.5}}), Contains("a whole number"));
  CHECK_THROWS_WITH(trainer.set({{"optimiser", "adam"}}), Contains("one of sgd, adamw, got \"adam\""));
  CHECK_THROWS_WITH(trainer.set({{"exclusive", 1}}), Contains("true or false"));
  CHECK_THROWS_WITH(trainer.set({{"learning_rate", std::nan("")}}), Contains("learning_rate"));
  CHECK_THROWS_WITH(trainer.set({{"from", 3}}), Contains("a text"));
}

TEST_CASE("Options out of their ranges are refused") {
  const TrainingTemplate shape = test::no_models().training_template("classification/tiny");
  CHECK_THROWS_WITH(Trainer::deep(shape, {.epochs = 0}), Contains("epochs: wanted 1 to 100000, got 0"));
  CHECK_THROWS_AS(Trainer::deep(shape, {.threads = -1}), Error);
  CHECK_THROWS_AS(Trainer::deep(shape, {.checkpoint_minutes = 0}), Error);
  CHECK_THROWS_AS(Trainer::deep(shape, {.precision = Precision::Int8}), Error);
  CHECK_THROWS_WITH(Trainer::deep(shape, {.processes = {.world = 2, .rank = 2}}), Contains("processes.rank: wanted 0 to 1, got 2"));
}

TEST_CASE("Only deep trainers have hyperparameters and search for a rate") {
  Trainer trainer = Trainer::head(test::made_trunk());
  CHECK_THROWS_AS(trainer.set({{"learning_rate", 0.1}}), Error);
  CHECK_THROWS_AS(trainer.find_learning_rate({}), Error);
}
