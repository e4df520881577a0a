#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "catch.h"
#include "train/deep/deep.h"
#include "temporary_folder.h"
#include "workflow/base/error.h"

extern char** environ;

using namespace workflow;
using Catch::Contains;
using test::bits_of;
using test::coloured_inputs;
using test::quick;

namespace {

namespace fs = std::filesystem;

// Writes a checkpoint after every step.
DeepOptions every_step(const std::string& folder, DeepOptions options = {}) {
  options = quick(options);
  options.checkpoints = folder;
  options.checkpoint_minutes = 1e-6;
  return options;
}

Dataset some_texts() { return Dataset::of(test::told_texts(20)); }

Trained trained_in(const std::string& folder) {
  const auto [train, held_out] = some_texts().split({.held_out = 0.2, .seed = 1});
  return test::text_trainer(every_step(folder, {.epochs = 20})).fit(train, held_out);
}

std::vector<fs::path> checkpoints_in(const std::string& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().starts_with("checkpoint-")) found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

void cut(const fs::path& file) { fs::resize_file(file, fs::file_size(file) / 2); }

// A training that its host cancels after some steps, as if it had been killed there, but quicker.
template <class Make>
void begin_and_stop(const Make& make, const Dataset& train, const std::string& folder, std::uint64_t items) {
  std::stop_source stop;
  DeepOptions options = every_step(folder, {.epochs = 4});
  options.cancel = stop.get_token();
  options.progress = [&](const ProgressStep& step) {
    if (step.done >= items) stop.request_stop();
  };
  CHECK_THROWS_AS(make(options).fit(train, train), Error);
}

std::string contents(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("A training of pictures that was stopped in an epoch ends with the same weights, bit for bit") {
  const TemporaryFolder folder;
  const Dataset train = Dataset::of(coloured_inputs(8));
  const auto make = [](const DeepOptions& options) {
    Trainer trainer = test::tiny_trainer(options);
    trainer.set({{"mixup", 0.3}, {"erase", 0.5}, {"rand_augment", 1}, {"ema", 0.9}, {"optimiser", "adamw"}});
    return trainer;
  };
  const Trained whole = make(quick({.epochs = 4})).fit(train, train);
  begin_and_stop(make, train, folder / "a", 40);
  const Trained again = make(every_step(folder / "a", {.epochs = 4})).fit(train, train);
  CHECK(bits_of(again.model) == bits_of(whole.model));
  REQUIRE(again.report.epochs.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(again.report.epochs[i].loss == whole.report.epochs[i].loss);
    CHECK(again.report.epochs[i].value == whole.report.epochs[i].value);
  }
  // One that is over gives the same at once.
  CHECK(bits_of(make(every_step(folder / "a", {.epochs = 4})).fit(train, train).model) == bits_of(whole.model));
  CHECK(checkpoints_in(folder / "a").size() == 2);
}

TEST_CASE("A checkpoint that was cut falls back to the one before, and says so") {
  const TemporaryFolder folder;
  const std::string whole = bits_of(trained_in(folder / "whole").model);
  trained_in(folder / "cut");
  const auto files = checkpoints_in(folder / "cut");
  REQUIRE(files.size() == 2);
  cut(files[1]);
  const Trained again = trained_in(folder / "cut");
  CHECK(test::has_note(again.report, files[1].filename().string() + " is broken"));
  CHECK(bits_of(again.model) == whole);

  const auto more = checkpoints_in(folder / "cut");
  std::fstream(more[1], std::ios::in | std::ios::out | std::ios::binary).seekp(-5, std::ios::end).put('x');
  CHECK(test::has_note(trained_in(folder / "cut").report, "its sum differs"));

  for (const fs::path& file : checkpoints_in(folder / "cut")) cut(file);
  CHECK_THROWS_WITH(trained_in(folder / "cut"), Contains("no checkpoint in") && Contains("remove them to begin anew"));
}

TEST_CASE("A checkpoint of another template, of other settings or of other data is refused with what differs") {
  const TemporaryFolder folder;
  const Dataset train = Dataset::of(coloured_inputs(3));
  test::tiny_trainer(every_step(folder / "a", {.epochs = 1})).fit(train);
  Trainer other = test::tiny_trainer(every_step(folder / "a", {.epochs = 1}));
  other.set({{"learning_rate", 0.5}});
  CHECK_THROWS_WITH(other.fit(train), Contains("holds another training: learning_rate is 0.5 here, 0.02 there"));
  CHECK_THROWS_WITH(test::tiny_trainer(every_step(folder / "a", {.epochs = 1, .seed = 3})).fit(train), Contains("seed is 3 here, 0 there"));
  CHECK_THROWS_WITH(test::tiny_trainer(every_step(folder / "a", {.epochs = 1})).fit(Dataset::of(coloured_inputs(4))),
                    Contains("train is"));
  Trainer text = test::text_trainer(every_step(folder / "a"));
  CHECK_THROWS_WITH(text.fit(some_texts()), Contains("template is \"text/transformer-small\" here, \"classification/tiny\" there"));
}

TEST_CASE("A disk that is full is told, and the checkpoint that there was stays good") {
  const TemporaryFolder folder;
  const Dataset train = some_texts();
  const auto make = [](const DeepOptions& options) { return test::text_trainer(options); };
  const std::string whole = bits_of(make(quick({.epochs = 4})).fit(train, train).model);
  {
    // Its host cancels it after two epochs of four: steps on texts are too quick for a progress to see.
    std::stop_source stop;
    DeepOptions options = every_step(folder / "a", {.epochs = 4});
    options.cancel = stop.get_token();
    Trainer cancelled = make(options);
    cancelled.on_epoch([&](const Epoch& epoch) {
      if (epoch.number == 2) stop.request_stop();
      return Verdict::Continue;
    });
    CHECK_THROWS_AS(cancelled.fit(train, train), Error);
  }
  const auto before = checkpoints_in(folder / "a");
  {
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit as_it_was;
    getrlimit(RLIMIT_FSIZE, &as_it_was);
    const rlimit small{fs::file_size(before.back()) / 2, as_it_was.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    CHECK_THROWS_WITH(make(every_step(folder / "a", {.epochs = 4})).fit(train, train), Contains("cannot write it"));
    setrlimit(RLIMIT_FSIZE, &as_it_was);
    std::signal(SIGXFSZ, handler);
  }
  CHECK(checkpoints_in(folder / "a") == before);
  CHECK(bits_of(make(every_step(folder / "a", {.epochs = 4})).fit(train, train).model) == whole);
}

// Run by the test below in a process of its own, which never computes before it forks: its children are there in a moment.
TEST_CASE("Trainings that are killed", "[.killed]") {
  const fs::path work = std::getenv("WORKFLOW_TEST_FOLDER");
  std::mt19937_64 random(static_cast<std::uint64_t>(std::random_device{}()));
  int kills = 0, finished = 0;
  while (kills < 50 || finished == 0) {
    const fs::path folder = work / ("run-" + std::to_string(finished));
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const std::string bits = bits_of(trained_in(folder.string()).model);
      std::ofstream(work / ("weights-" + std::to_string(finished)), std::ios::binary) << bits;
      _exit(0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(40 + random() % 500));
    if (kills < 50) kill(child, SIGKILL);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status)) {
      REQUIRE(WTERMSIG(status) == SIGKILL);
      ++kills;
    } else {
      REQUIRE(WEXITSTATUS(status) == 0);
      ++finished;
    }
  }
}

TEST_CASE("Trainings that are killed fifty times end with the same weights as one that is left alone, bit for bit") {
  const TemporaryFolder folder;
  REQUIRE(setenv("WORKFLOW_TEST_FOLDER", folder.path().c_str(), 1) == 0);
  std::string self = "/proc/self/exe", which = "Trainings that are killed";
  char* const arguments[] = {self.data(), which.data(), nullptr};
  pid_t killer = 0;
  REQUIRE(posix_spawn(&killer, fs::read_symlink(self).c_str(), nullptr, nullptr, arguments, environ) == 0);
  int status = 0;
  REQUIRE(waitpid(killer, &status, 0) == killer);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  const std::string undisturbed = bits_of(trained_in(folder / "undisturbed").model);
  REQUIRE_FALSE(undisturbed.empty());
  int compared = 0;
  for (; fs::exists(folder / ("weights-" + std::to_string(compared))); ++compared)
    CHECK(contents(folder / ("weights-" + std::to_string(compared))) == undisturbed);
  CHECK(compared >= 1);
}
