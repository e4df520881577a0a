#include <spawn.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "catch.h"
#include "train/deep/deep.h"
#include "temporary_folder.h"
#include "workflow/base/error.h"

extern char** environ;

using namespace workflow;
using Catch::Contains;
using test::quick;

namespace {

namespace fs = std::filesystem;

// Batch normalisation looks at one process's batch alone; without it both ways see the same numbers.
Trainer peer_trainer(const DeepOptions& options, int batch) {
  Trainer trainer = test::tiny_trainer(options);
  trainer.set({{"batch", batch}, {"frozen_batch_norm", true}, {"learning_rate", 0.002}});
  return trainer;
}

Dataset data() { return Dataset::of(test::coloured_inputs(16)); }

// A port that is likely to be free.
int some_port() { return 20000 + static_cast<int>(std::random_device{}() % 40000); }

pid_t start_peer(int rank, int port, const fs::path& folder, int dies_after = 0) {
  setenv("WORKFLOW_TEST_RANK", std::to_string(rank).c_str(), 1);
  setenv("WORKFLOW_TEST_PORT", std::to_string(port).c_str(), 1);
  setenv("WORKFLOW_TEST_FOLDER", folder.c_str(), 1);
  setenv("WORKFLOW_TEST_DIES_AFTER", std::to_string(dies_after).c_str(), 1);
  std::string which = "A process of several";
  std::string self = fs::read_symlink("/proc/self/exe");
  char* const arguments[] = {self.data(), which.data(), nullptr};
  pid_t child = 0;
  REQUIRE(posix_spawn(&child, self.c_str(), nullptr, nullptr, arguments, environ) == 0);
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return status;
}

Json told_by(int rank, const fs::path& folder) {
  std::ifstream stream(folder / ("told-" + std::to_string(rank)));
  return Json::parse(std::string{std::istreambuf_iterator<char>(stream), {}});
}

bool has_gloo() {
  try {
    Trainer trainer = test::tiny_trainer(quick({.epochs = 1, .processes = {.world = 2, .rank = 1, .port = some_port(), .seconds_until_lost = 0.2}}));
    trainer.fit(data());
  } catch (const Error& error) {
    if (std::string(error.what()).find("libgloo-dev") == std::string::npos) return true;
  }
  WARN("skipped, as this build has no Gloo");
  return false;
}

}  // namespace

TEST_CASE("A process of several", "[.peer]") {
  const int rank = std::atoi(std::getenv("WORKFLOW_TEST_RANK"));
  const fs::path folder = std::getenv("WORKFLOW_TEST_FOLDER");
  const int dies_after = std::atoi(std::getenv("WORKFLOW_TEST_DIES_AFTER"));
  DeepOptions options = quick({.epochs = 4});
  options.checkpoints = (folder / "checkpoints").string();
  options.processes = {.world = 2, .rank = rank, .port = std::atoi(std::getenv("WORKFLOW_TEST_PORT")), .seconds_until_lost = 20};
  Trainer trainer = peer_trainer(options, 4);
  trainer.on_epoch([&](const Epoch& epoch) {
    if (epoch.number == dies_after) raise(SIGKILL);
    return Verdict::Continue;
  });
  Json told = Json::object();
  try {
    const Trained trained = trainer.fit(data(), data());
    Json losses = Json::array();
    for (const Epoch& epoch : trained.report.epochs) losses.push_back(epoch.loss);
    told["losses"] = losses;
    std::ofstream(folder / ("bits-" + std::to_string(rank)), std::ios::binary) << test::bits_of(trained.model);
  } catch (const Error& error) {
    told["error"] = error.what();
  }
  std::ofstream(folder / ("told-" + std::to_string(rank))) << told.dump();
}

TEST_CASE("Two processes have the loss curve of one with the doubled batch, and end with equal weights") {
  if (!has_gloo()) return;
  const TemporaryFolder folder;
  const int port = some_port();
  const pid_t first = start_peer(0, port, folder.path()), second = start_peer(1, port, folder.path());
  CHECK(wait_for(first) == 0);
  CHECK(wait_for(second) == 0);
  const Report alone = peer_trainer(quick({.epochs = 4}), 8).fit(data(), data()).report;
  for (const int rank : {0, 1}) {
    const Json told = told_by(rank, folder.path());
    REQUIRE_FALSE(told.contains("error"));
    REQUIRE(told.at("losses").size() == 4);
    for (std::size_t i = 0; i < 4; ++i) CHECK(told.at("losses").at(i).number() == Approx(alone.epochs[i].loss).margin(1e-4));
  }
  const auto bits = [&](const char* name) {
    std::ifstream stream(folder / name, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(stream), {}};
  };
  REQUIRE_FALSE(bits("bits-0").empty());
  CHECK(bits("bits-0") == bits("bits-1"));
}

TEST_CASE("A peer that is lost is an error within half a minute, and the checkpoint stays good") {
  if (!has_gloo()) return;
  const TemporaryFolder folder;
  const int port = some_port();
  const auto begin = std::chrono::steady_clock::now();
  const pid_t first = start_peer(0, port, folder.path()), second = start_peer(1, port, folder.path(), 2);
  CHECK(WIFSIGNALED(wait_for(second)));
  CHECK(wait_for(first) == 0);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
  CHECK_THAT(told_by(0, folder.path()).at("error").string(), Contains("process 0 of 2 cannot"));
  // Both go on where they were.
  const pid_t again = start_peer(0, port + 1, folder.path()), other = start_peer(1, port + 1, folder.path());
  CHECK(wait_for(again) == 0);
  CHECK(wait_for(other) == 0);
  CHECK(told_by(0, folder.path()).at("losses").size() == 4);
}

TEST_CASE("Peers that never come are told") {
  if (!has_gloo()) return;
  const Trainer trainer = peer_trainer(quick({.epochs = 1, .processes = {.world = 2, .rank = 0, .port = some_port(), .seconds_until_lost = 1}}), 4);
  CHECK_THROWS_WITH(trainer.fit(data()), Contains("process 0 of 2 cannot meet the others"));
}
