// The graphs of the host programs (branching, text, stacked, cross_app) as they draw them, on models that only say what
// they may say: the programs write and search, so their routes are what check() looks at.
#include <fmt/format.h>

#include "operator_checks.h"
#include "temporary_folder.h"
#include "workflow/app/app.h"

using namespace workflow;

namespace {

template <class T>
struct Says {
  std::vector<std::string> known;
  const std::vector<std::string>& labels() const { return known; }
  Concepts operator()(const T&) const { return {}; }
};

struct Embeds {
  Embedding operator()(const Image&) const { return {}; }
};

std::vector<std::string> told(const Graph& graph) {
  std::vector<std::string> lines;
  for (const Problem& problem : graph.check()) lines.push_back(fmt::format("{}", problem));
  return lines;
}

using Lines = std::vector<std::string>;

struct Branching {
  Port<Concepts> concepts;
  decltype(concepts.split(Bands{})) bands;
};

// The branching program up to where what is sure was annotated.
Branching begin_branching(Graph& graph, const App& app) {
  const auto concepts = graph.input<Image>("photo").then(Says<Image>{{"tabby", "tiger cat"}}).named("concepts");
  const auto bands = concepts.split(Bands{.accept = 0.80f, .review = 0.30f});
  bands.accept.then(Annotate{.app = app, .status = Status::Success});
  return {concepts, bands};
}

}  // namespace

TEST_CASE("check() has nothing to tell of the graphs that the host programs draw") {
  const TemporaryFolder folder;
  const App app = App::open(folder / "app");

  Graph branching("label-photos");
  const auto [concepts, bands] = begin_branching(branching, app);
  bands.review.then(Annotate{.app = app, .status = Status::PendingReview});
  CHECK(told(branching) == Lines{});

  Graph sentiment("sentiment");
  const auto mood = sentiment.input<Text>("text").then(Says<Text>{{"negative", "positive"}}).named("mood");
  mood.split(Bands{.accept = 0.9f, .review = 0.5f}).review.then(Annotate{.app = app, .status = Status::PendingReview});
  CHECK(told(sentiment) == Lines{});

  Graph stacked("face-mask");
  const auto faces = stacked.input<Image>("photo").then(made::Finds{}).then(Keep{.at_least = 0.6f}).named("faces");
  faces.then(Crop{.margin = 1.2f}).then(Says<Image>{{"mask", "no mask"}}).named("masks");
  CHECK(told(stacked) == Lines{});

  Graph fill("fill");
  fill.input<Image>("photo").then(Embeds{}).then(Index{.app = app, .model = "m@1"});
  CHECK(told(fill) == Lines{});

  Graph look("look");
  look.input<Image>("photo").then(Embeds{}).then(Search{.app = app, .top = 3, .at_least = 0.5f}).named("hits");
  CHECK(told(look) == Lines{});
}

TEST_CASE("check() tells what goes wrong where the branching program is changed a little") {
  const TemporaryFolder folder;
  const App app = App::open(folder / "app");
  Graph branching("label-photos");
  const auto [concepts, bands] = begin_branching(branching, app);
  bands.review.then(Threshold{.at_least = 0.85f}).named("sure").then(Annotate{.app = app, .status = Status::PendingReview});
  concepts.then(Threshold{.per_concept = {{"tabbi", 0.9f}}}).named("cats").then(Annotate{.app = app, .task = "cats"});
  const Lines lines = told(branching);
  const auto tells = [&](const std::string& text) {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return line.find(text) != std::string::npos; });
  };
  CHECK(tells("sure: nothing that comes from"));
  CHECK(tells("nothing can reach it, so it never writes"));
  CHECK(tells("did you mean \"tabby\"?"));
}
