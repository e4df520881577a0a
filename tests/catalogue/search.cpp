#include "catalogue/search.h"

#include "catalogue/zero_model.h"
#include "models.h"

using namespace workflow;
using test::error_of;
using Names = std::vector<std::string>;

namespace {

CatalogueEntry entry(const std::string& id, const std::string& description, std::uint64_t bytes = 1) {
  CatalogueEntry made;
  made.spec.id = id;
  made.spec.task = "image classification";
  made.spec.input = "image";
  made.spec.output = "concepts";
  made.spec.licence = "MIT";
  made.spec.description = description;
  made.weight_bytes = bytes;
  return made;
}

// Three made-up models that differ in everything that one can ask for.
std::vector<CatalogueEntry> shelf() {
  std::vector<CatalogueEntry> all = {entry("birds", "Tells species of birds apart", 300), entry("masks", "Detects masks", 0),
                                     entry("moods", "Reads the sentiment of reviews", 100)};
  all[0].labels = {"robin", "great tit", "Mauersegler"};
  all[0].spec.tags = {"animals", "outdoor"};
  all[0].spec.metrics = Json::object({{"accuracy", 0.8}});
  all[0].spec.trained_by = "us";
  all[1].card = "Finds people who wear no mask. Trained on photographs.";
  all[1].spec.date = "2026-01-02T00:00:00Z";
  all[1].spec.metrics = Json::object({{"accuracy", 0.9}});
  all[2].spec.input = "text";
  all[2].spec.task = "sentiment";
  all[2].spec.licence = "Apache-2.0";
  all[2].spec.date = "2026-03-02T00:00:00Z";
  return all;
}

Names found(const ModelQuery& query) {
  Names names;
  for (const CatalogueEntry& each : select(shelf(), query)) names.push_back(each.spec.id);
  return names;
}

}  // namespace

TEST_CASE("Without a wish every model is found, by name") { CHECK(found({}) == Names{"birds", "masks", "moods"}); }

TEST_CASE("Words are found by their stem and by their begin, in description, labels, card and id") {
  CHECK(found({.text = "detecting"}) == Names{"masks"});
  CHECK(found({.text = "MASKING"}) == Names{"masks"});
  CHECK(found({.text = "photograph"}) == Names{"masks"});
  CHECK(found({.text = "rob"}) == Names{"birds"});
  CHECK(found({.text = "mauersegler"}) == Names{"birds"});
  CHECK(found({.text = "great tits"}) == Names{"birds"});
  CHECK(found({.text = "moods"}) == Names{"moods"});
  CHECK(found({.text = "great masks"}).empty());  // all words, in one model
  CHECK(found({.text = "obin"}).empty());         // no middle of a word
  CHECK(found({.text = " ,. "}) == Names{"birds", "masks", "moods"});
  CHECK(found({.text = "\xff\xfe\xf0"}).empty());
  CHECK(found({.text = std::string(1'000'000, 'x')}).empty());
}

TEST_CASE("Every wish narrows what is found") {
  CHECK(found({.task = "Sentiment"}) == Names{"moods"});
  CHECK(found({.input = "image"}) == Names{"birds", "masks"});
  CHECK(found({.output = "regions"}).empty());
  CHECK(found({.tags = {"animals"}}) == Names{"birds"});
  CHECK(found({.tags = {"animals", "indoor"}}).empty());
  CHECK(found({.licence = "Apache-2.0"}) == Names{"moods"});
  CHECK(found({.trained_by = "us"}) == Names{"birds"});
  CHECK(found({.input = "image", .text = "masks"}) == Names{"masks"});
}

TEST_CASE("What is found is sorted by name, date, size or a metric; what lacks it comes last") {
  CHECK(found({.sort = SortBy::Date}) == Names{"moods", "masks", "birds"});
  CHECK(found({.sort = SortBy::Size}) == Names{"moods", "birds", "masks"});
  CHECK(found({.sort = SortBy::Metric, .metric = "accuracy"}) == Names{"masks", "birds", "moods"});
  CHECK(error_of([] { found({.sort = SortBy::Metric}); }).code() == ErrorCode::InvalidSetting);
}

TEST_CASE("The standard catalogue finds its face detectors") {
  const test::TemporaryFolder folder;
  const auto found =
      Catalogue::standard({.own = folder.path}).find({.input = "image", .output = "regions", .text = "detecting faces"});
  REQUIRE(found.size() >= 2);
  for (const CatalogueEntry& each : found) CHECK(each.spec.output == "regions");
}
