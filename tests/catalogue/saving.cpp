#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <thread>

#include "catalogue/zero_model.h"
#include "models.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/detector.h"

using namespace workflow;
using Catch::Contains;
using test::error_of;
using test::zero_model;

namespace fs = std::filesystem;

namespace {

// A folder with the model "nothing@1".
struct OneModel {
  test::TemporaryFolder folder;
  Catalogue mine = Catalogue::open(folder.path + "/models");
  OneModel() { write_model_directory(folder.path + "/models/nothing/1", zero_model(1)); }
};

std::vector<int> versions_of(const Catalogue& catalogue, std::string_view id) {
  std::vector<int> numbers;
  for (const ModelSpec& spec : catalogue.versions(id)) numbers.push_back(spec.version);
  return numbers;
}

// Runs `work` in a process of its own; gives its id.
template <class F>
pid_t in_process(F&& work) {
  const pid_t child = fork();
  if (child != 0) return child;
  try {
    work();
    _exit(0);
  } catch (...) {
    _exit(1);
  }
}

bool ended_well(pid_t child) {
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("Each save is the next version and the latest, with weights, labels and card") {
  const OneModel start;
  const auto detector = start.mine.load<Detector>("nothing", {.device = Device::cpu()});
  const ModelSpec saved = start.mine.save(detector, "again");
  CHECK(saved.name() == "again@1");
  CHECK(start.mine.save(detector, "again").version == 2);
  CHECK(start.mine.save(detector, "nothing").version == 2);
  CHECK(versions_of(start.mine, "again") == std::vector{1, 2});
  CHECK(start.mine.get("again").spec.version == 2);
  CHECK(start.mine.get("again").card == "# nothing\n");
  CHECK(saved.date.size() == 20);

  const auto again = start.mine.load<Detector>("again@1", {.device = Device::cpu()});
  CHECK(again.labels() == detector.labels());
  const auto weights = read_model_directory(start.folder.path + "/models/again/1").weights;
  REQUIRE(weights.tensors.size() == zero_model(1).weights.tensors.size());
  CHECK(weights.find("conv0.weight")->shape == std::vector<std::int64_t>{16, 3, 3, 3});
}

TEST_CASE("The standard catalogue saves into one's own folder, over the built-in models") {
  const OneModel start;
  const std::string own = start.folder.path + "/own";
  const auto standard = Catalogue::standard({.own = own});
  const std::size_t builtin = standard.list().size();
  const auto detector = start.mine.load<Detector>("nothing", {.device = Device::cpu()});

  CHECK(standard.save(detector, "mine").name() == "mine@1");
  CHECK(standard.list().size() == builtin + 1);
  CHECK(standard.load<Detector>("mine", {.device = Device::cpu()}).name() == "mine@1");
  CHECK(Catalogue::standard({.own = own}).get("mine").weight_bytes > 500'000);

  SECTION("a built-in name goes on with the next version, and the built-in one stays") {
    CHECK(standard.save(detector, "face-detector").name() == "face-detector@2");
    CHECK(standard.get("face-detector").spec.version == 2);
    CHECK(standard.get("face-detector@1").spec.source ==
          Catalogue::standard({.own = own + "2"}).get("face-detector").spec.source);
    CHECK(standard.list().size() == builtin + 1);
    standard.remove("face-detector@2");
    CHECK(standard.get("face-detector").spec.version == 1);
  }
  SECTION("a built-in model itself stays as it is") {
    CHECK(error_of([&] { standard.remove("face-detector"); }).code() == ErrorCode::InvalidSetting);
    CHECK(error_of([&] { standard.rename("face-detector", "other"); }).code() == ErrorCode::InvalidSetting);
    CHECK_THAT(error_of([&] { standard.tag("face-detector", {"good"}); }).what(), Contains("copy it"));
  }
}

TEST_CASE("A head finds its trunk when it is saved and when it is loaded, or the error names it") {
  const OneModel start;
  ModelDirectory head = zero_model(1);
  head.spec.id = "head";
  head.spec.architecture = "head";
  head.spec.settings = Json::object({{"trunk", "nowhere@3"}});
  write_model_directory(start.folder.path + "/models/head/1", head);
  const auto missing = error_of([&] { start.mine.load<Detector>("head"); });
  CHECK(missing.code() == ErrorCode::NotFound);
  CHECK_THAT(missing.what(), Contains("nowhere@3"));
  CHECK_THAT(error_of([&] { start.mine.copy("head", "other"); }).what(), Contains("nowhere@3"));

  head.spec.settings = Json();
  write_model_directory(start.folder.path + "/models/head/1", head);
  CHECK_THAT(error_of([&] { start.mine.load<Detector>("head"); }).what(), Contains("\"trunk\""));

  head.spec.settings = Json::object({{"trunk", "head@1"}});
  write_model_directory(start.folder.path + "/models/head/1", head);
  CHECK_THAT(error_of([&] { start.mine.load<Detector>("head"); }).what(), Contains("a head itself"));

  head.spec.settings = Json::object({{"trunk", "face-detector@1"}});  // which only the standard catalogue has
  write_model_directory(start.folder.path + "/models/head/1", head);
  CHECK(start.mine.copy("head", "other").name() == "other@1");
}

TEST_CASE("Copies, new names, tags and removals are there for the next who looks") {
  const OneModel start;
  const Catalogue other = Catalogue::open(start.folder.path + "/models");
  CHECK(start.mine.copy("nothing", "second").name() == "second@1");
  CHECK(start.mine.copy("nothing@1", "second").name() == "second@2");
  CHECK(other.get("second").card == "# nothing\n");

  start.mine.tag("second", {"good", "new", "good"});
  start.mine.untag("second", {"new", "never there"});
  CHECK(other.get("second").spec.tags.back() == "good");
  CHECK(other.get("second@1").spec.tags == other.get("nothing").spec.tags);

  start.mine.make_latest("second@1");
  CHECK(other.get("second").spec.version == 1);
  CHECK(other.find({.text = "second"}).at(0).spec.version == 1);
  start.mine.rename("second", "third");
  CHECK(versions_of(other, "third") == std::vector{1, 2});
  CHECK(other.get("third").spec.version == 1);
  CHECK(error_of([&] { other.get("second"); }).code() == ErrorCode::NotFound);
  CHECK(other.load<Detector>("third@2", {.device = Device::cpu()}).name() == "third@2");
  CHECK(error_of([&] { start.mine.rename("third", "nothing"); }).code() == ErrorCode::InvalidSetting);
  CHECK(error_of([&] { start.mine.rename("third@1", "fourth"); }).code() == ErrorCode::InvalidSetting);

  // A number that a graph may name is not given again.
  start.mine.remove("third@2");
  CHECK(start.mine.copy("nothing", "third").version == 3);
  CHECK(other.get("third").spec.version == 3);
  start.mine.remove("third");
  CHECK(error_of([&] { start.mine.remove("third"); }).code() == ErrorCode::NotFound);
  CHECK(other.list().size() == 1);
  for (const auto& entry : fs::recursive_directory_iterator(start.folder.path))
    CHECK_THAT(entry.path().filename().string(), !Contains("gone") && !Contains("new."));
}

TEST_CASE("A model that is removed while it is loaded goes on") {
  const OneModel start;
  const auto detector = start.mine.load<Detector>("nothing", {.device = Device::cpu()});
  start.mine.remove("nothing");
  const std::vector<std::uint8_t> pixels(8 * 8 * 3, 100);
  CHECK_NOTHROW(detector.detect(Image::copy_of(pixels, 8, 8)));
  CHECK(start.mine.save(detector, "nothing").name() == "nothing@1");  // from what is in memory
}

TEST_CASE("Names that would leave the folder are refused") {
  const OneModel start;
  for (const std::string bad : {"", "..", "../x", "a/b", ".hidden", "Upper", "a@2", "a\nb"})
    CHECK(error_of([&] { start.mine.copy("nothing", bad); }).code() == ErrorCode::InvalidSetting);
  CHECK(error_of([&] { start.mine.copy("nothing", std::string(65, 'a')); }).code() == ErrorCode::InvalidSetting);
  CHECK(error_of([&] { start.mine.copy("nowhere", "a"); }).code() == ErrorCode::NotFound);
  CHECK(error_of([&] { start.mine.remove("../nothing"); }).code() == ErrorCode::NotFound);
}

TEST_CASE("A folder that cannot be written is an error and holds nothing afterwards") {
  const OneModel start;
  std::ofstream(start.folder.path + "/file") << "in the way";
  const auto detector = start.mine.load<Detector>("nothing", {.device = Device::cpu()});
  const auto nowhere = Catalogue::open(start.folder.path + "/file/models");
  CHECK(error_of([&] { nowhere.save(detector, "a"); }).code() == ErrorCode::Failed);
  CHECK(nowhere.list().empty());
}

TEST_CASE("A disk that is full while a model is saved is an error and leaves no half of it") {
  const OneModel start;
  // A limit on the size of files stands for the disk, in a process of its own: it cannot be taken back.
  const pid_t child = in_process([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small = {20'000, 20'000};
    setrlimit(RLIMIT_FSIZE, &small);
    try {
      start.mine.copy("nothing", "full");
    } catch (const Error& error) {
      if (error.code() == ErrorCode::Failed) return;
    }
    throw std::runtime_error("wanted an Error (Failed)");
  });
  CHECK(ended_well(child));
  CHECK(start.mine.list().size() == 1);
  CHECK(fs::is_empty(start.folder.path + "/models/full"));
}

TEST_CASE("Processes and threads that save at once get a version each") {
  const OneModel start;
  constexpr int each = 6;
  const auto work = [&] {
    for (int i = 0; i < each; ++i) start.mine.copy("nothing@1", "busy");
  };
  const std::vector<pid_t> children = {in_process(work), in_process(work)};
  std::thread thread(work);
  work();
  thread.join();
  for (const pid_t child : children) CHECK(ended_well(child));
  const auto versions = versions_of(start.mine, "busy");
  CHECK(versions.size() == 4 * each);
  CHECK(std::set(versions.begin(), versions.end()).size() == 4 * each);
  CHECK(versions.back() == 4 * each);
}

TEST_CASE("A process that is killed while it saves leaves whole versions only") {
  const OneModel start;
  for (const int milliseconds : {1, 5, 12, 25}) {
    const pid_t child = in_process([&] {
      while (true) start.mine.copy("nothing@1", "killed");
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    start.mine.copy("nothing@1", "killed");  // nor does its lock stay
    for (const ModelSpec& spec : start.mine.versions("killed")) {
      const auto folder = start.folder.path + "/models/killed/" + std::to_string(spec.version);
      CHECK(read_model_directory(folder).weights.tensors.size() == zero_model(1).weights.tensors.size());
    }
  }
}
