#include "workflow/graph/effect.h"

#include <mutex>
#include <stdexcept>

#include "catch.h"
#include "made.h"
#include "workflow/operators/operators.h"
#include "workflow/run/executor.h"

using namespace workflow;

namespace {

/// Remembers what was committed, and refuses what it is told to.
struct Notebook : Outlet {
  std::mutex mutex;
  std::vector<std::vector<std::string>> inputs;
  std::string refused;

  void commit(std::span<const std::vector<std::any>> effects) override {
    const std::lock_guard lock(mutex);
    std::vector<std::vector<std::string>> lines;
    for (const auto& of_input : effects) {
      auto& of_this = lines.emplace_back();
      for (const std::any& effect : of_input) {
        of_this.push_back(std::any_cast<std::string>(effect));
        if (!refused.empty() && of_this.back().starts_with(refused)) throw std::runtime_error("the notebook refuses " + refused);
      }
    }
    inputs.insert(inputs.end(), lines.begin(), lines.end());
  }
};

struct Note {
  std::shared_ptr<Notebook> notebook;

  template <class T>
  T operator()(const T& value) const {
    return value;
  }
  template <class T>
  std::any effect(const T& value, const EffectContext& context) const {
    std::string line = context.input_id + " " + context.step + " ";
    if constexpr (std::is_same_v<T, Concepts>) line += value.top().name;
    if constexpr (std::is_same_v<T, int>) line += std::to_string(value);
    for (const Reason& reason : context.why) line += " (" + reason.text + ")";
    return line;
  }
  std::shared_ptr<Outlet> outlet() const { return notebook; }
};

const std::vector<Concepts> three = {{{"cat", 0.9f}, {"dog", 0.5f}}, {{"dog", 0.1f}}, {{"cow", 0.4f}}};

}  // namespace

TEST_CASE("Writers write what passes them, input by input, with the comparisons that led there") {
  const auto notebook = std::make_shared<Notebook>();
  Graph graph("label");
  const auto bands = graph.input<Concepts>("concepts").split(Bands{.accept = 0.8f, .review = 0.3f});
  bands.accept.then(Note{notebook}).named("sure");
  const auto doubtful = bands.review.then(Note{notebook}).named("doubtful");
  for (const Result& result : Executor({.threads = 1}).run(graph, three))
    CHECK(result[doubtful].size() == (result.number() == 1 ? 0 : 1));  // the value goes on behind the writer
  CHECK(notebook->inputs == std::vector<std::vector<std::string>>{
                                {"0 sure cat (cat 0.90 >= accept 0.80 -> accept) (dog 0.50 < accept 0.80 -> review)",
                                 "0 doubtful dog (cat 0.90 >= accept 0.80 -> accept) (dog 0.50 < accept 0.80 -> review)"},
                                {"2 doubtful cow (cow 0.40 < accept 0.80 -> review)"}});
}

TEST_CASE("A dry run writes nothing") {
  const auto notebook = std::make_shared<Notebook>();
  Graph graph("label");
  graph.input<Concepts>("concepts").then(Note{notebook});
  Executor({.effects = false}).run(graph, three).finish();
  CHECK(notebook->inputs.empty());
}

TEST_CASE("Nothing of an input is written when one of its items failed") {
  const auto notebook = std::make_shared<Notebook>();
  Graph graph("g");
  graph.input<int>("n")
      .then([](const int& n) {
        std::vector<int> parts;
        for (int i = 0; i < n; ++i) parts.push_back(i);
        return parts;
      })
      .then([](const int& i) -> int { return i == 2 ? throw std::runtime_error("two") : i; })
      .then(Note{notebook});
  Executor({.threads = 1}).run(graph, std::vector{2, 3, 1}).finish();
  CHECK(notebook->inputs == std::vector<std::vector<std::string>>{{"0 Note 0", "0 Note 1"}, {"2 Note 0"}});
}

TEST_CASE("What the place refuses is the error of that input alone") {
  const auto notebook = std::make_shared<Notebook>();
  notebook->refused = "1 ";
  Graph graph("g");
  graph.input<int>("n").then(Note{notebook}).named("note");
  std::vector<std::string> errors;
  for (const Result& result : Executor({.threads = 1}).run(graph, std::vector{7, 8, 9}))
    for (const Error& error : result.errors()) errors.push_back(error.what());
  CHECK(errors == std::vector<std::string>{"[g/note] input \"1\": the notebook refuses 1 "});
  CHECK(notebook->inputs.size() == 2);
}

TEST_CASE("The result tells every comparison, of what was written and of what was not") {
  Graph graph("label");
  const auto concepts = graph.input<Concepts>("concepts");
  const auto bands = concepts.split(Bands{.accept = 0.8f, .review = 0.3f});
  for (const Result& result : Executor({.threads = 1}).run(graph, three)) {
    std::vector<std::string> texts;
    for (const Reason& reason : result.why()) texts.push_back(reason.text);
    if (result.number() == 0)
      CHECK(texts == std::vector<std::string>{"cat 0.90 >= accept 0.80 -> accept", "dog 0.50 < accept 0.80 -> review"});
    if (result.number() == 1) CHECK(texts == std::vector<std::string>{"dog 0.10 < review 0.30 -> rest"});
    CHECK(result.why(bands.accept).size() == (result.number() == 0 ? 1 : 0));
  }
}

TEST_CASE("A region that Keep dropped says by which number") {
  Graph graph("g");
  const auto regions = graph.input<Image>("photo").then([](const Image&) {
    return std::vector<Region>{made::region({0, 0, 0.5f, 0.5f}, 0.9f), made::region({0, 0, 0.5f, 0.5f}, 0.3f)};
  });
  regions.then(Keep{.at_least = 0.6f});
  const auto result = Executor({.threads = 1}).run(graph, std::vector{made::image(8, 8)}).next();
  const auto reasons = result->why();
  REQUIRE(reasons.size() == 2);
  CHECK(reasons[0].text == "score 0.90 >= at_least 0.60 -> kept");
  CHECK(reasons[1].text == "score 0.30 < at_least 0.60 -> dropped");
  CHECK(reasons[1].path == std::vector<std::uint32_t>{1});
  CHECK(reasons[1].step == "keep");
}
