#include "model/last_pass.h"

#include <atomic>
#include <thread>

#include "catch.h"
#include "made_trunk.h"

using namespace workflow;

namespace {

// A session that counts how often it is run, and gives each item's first byte.
class Counting : public Session {
 public:
  Counting() : Session("counting@1") {}
  std::vector<Output> run(std::span<const Image> images) const override {
    ++runs;
    Output output{{}, {static_cast<std::int64_t>(images.size()), 1}};
    for (const Image& image : images) output.values.push_back(image.row(0)[0]);
    return {output};
  }
  std::vector<Output> run(std::span<const Text> texts) const override {
    ++runs;
    Output output{{}, {static_cast<std::int64_t>(texts.size()), 1}};
    for (const Text& text : texts) output.values.push_back(static_cast<float>(text.text.size()));
    return {output};
  }
  void warm_up() const override {}
  std::size_t micro_batch() const override { return 1; }
  mutable std::atomic<int> runs = 0;
};

}  // namespace

TEST_CASE("Heads that are given the same pixels one after the other share the trunk's run") {
  const auto trunk = test::made_trunk().parts(), other_trunk = test::made_trunk(2).parts();
  const Counting session;
  std::vector<Image> images = {test::coloured(1, 2, 3, 1), test::coloured(4, 5, 6, 2)};
  const auto run = [&](std::span<const Image> on) { return trunk_outputs(trunk, session, on)->at(0).values; };
  const auto first = run(images);
  CHECK(run(images) == first);
  CHECK(run(std::vector<Image>(images)) == first);  // copies share their pixels
  CHECK(session.runs.load() == 1);
  run(std::span(images).first(1));
  CHECK(session.runs.load() == 2);
  run(std::vector{images[0].crop({0, 0, 0.5f, 1})});  // the same place, another width
  CHECK(session.runs.load() == 3);
  trunk_outputs(other_trunk, session, std::vector{images[0].crop({0, 0, 0.5f, 1})});
  CHECK(session.runs.load() == 4);
  // What lies where freed pixels lay is something else.
  for (unsigned i = 0; i < 50; ++i) {
    const std::vector<Image> one = {test::coloured(static_cast<std::uint8_t>(40 + 4 * i), 0, 0, i)};
    CHECK(run(one)[0] == static_cast<float>(one[0].row(0)[0]));
  }
  CHECK(session.runs.load() == 54);
  std::thread([&] { run(images); }).join();  // another thread remembers for itself
  CHECK(session.runs.load() == 55);
}

TEST_CASE("Equal texts share the trunk's run; those too large to keep do not") {
  const auto trunk = test::made_trunk().parts();
  const Counting session;
  const std::vector<Text> texts = {{"a"}, {"bc"}}, other = {{"a"}, {"bd"}}, large = {{std::string(2 << 20, 'x')}};
  trunk_outputs(trunk, session, texts);
  trunk_outputs(trunk, session, std::vector<Text>(texts));
  CHECK(session.runs.load() == 1);
  trunk_outputs(trunk, session, other);
  CHECK(session.runs.load() == 2);
  trunk_outputs(trunk, session, large);
  trunk_outputs(trunk, session, large);
  CHECK(session.runs.load() == 4);
}
