#include "workflow/operators/notify.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "operator_checks.h"
#include "temporary_folder.h"
#include "workflow/operators/crop.h"

using namespace workflow;

namespace {

/// A receiver that remembers, and refuses as often as it is told to.
struct Receiver {
  std::mutex mutex;
  std::vector<Event> events;
  int refusals = 0;

  std::function<void(const Event&)> function() {
    return [this](const Event& event) {
      const std::lock_guard lock(mutex);
      if (refusals > 0) {
        --refusals;
        throw std::runtime_error("not now");
      }
      events.push_back(event);
    };
  }
  std::vector<std::string> bodies() {
    const std::lock_guard lock(mutex);
    std::vector<std::string> all;
    for (const Event& event : events) all.push_back(event.body.at("value").dump());
    return all;
  }
};

OutboxOptions to(Receiver& receiver) {
  OutboxOptions options;
  options.receive = receiver.function();
  options.first_wait = 0.01;
  return options;
}

void run_on(const Outbox& outbox, const std::vector<int>& numbers) {
  Graph graph("g");
  graph.input<int>("n").then(Notify{.outbox = outbox, .event = "number"}).named("tell");
  Executor({.threads = 1}).run(graph, numbers).finish();
}

/// A small HTTP server on this machine that answers each request with the next of some statuses, then with 200.
class Server {
 public:
  explicit Server(std::vector<int> statuses) : statuses_(std::move(statuses)), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(socket_, 16) == 0);
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    ::shutdown(socket_, SHUT_RDWR);
    ::close(socket_);
    thread_.join();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }
  std::vector<Json> bodies() {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }

 private:
  void serve() {
    for (std::size_t at = 0;;) {
      const int client = ::accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      std::string request;
      char bytes[4096];
      for (;;) {
        const auto end = request.find("\r\n\r\n");
        const auto length = request.find("Content-Length: ");
        if (end != std::string::npos && length != std::string::npos &&
            request.size() >= end + 4 + std::stoul(request.substr(length + 16)))
          break;
        const auto got = ::recv(client, bytes, sizeof bytes, 0);
        if (got <= 0) break;
        request.append(bytes, static_cast<std::size_t>(got));
      }
      const int status = at < statuses_.size() ? statuses_[at++] : 200;
      {
        const std::lock_guard lock(mutex_);
        if (const auto end = request.find("\r\n\r\n"); end != std::string::npos)
          bodies_.push_back(Json::parse(request.substr(end + 4)));
      }
      const std::string reply =
          "HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      ::send(client, reply.data(), reply.size(), MSG_NOSIGNAL);
      ::close(client);
    }
  }

  std::vector<int> statuses_;
  int socket_;
  int port_ = 0;
  std::mutex mutex_;
  std::vector<Json> bodies_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("each value that passes is an event for the receiver, in order, with where it comes from") {
  const TemporaryFolder folder;
  Receiver receiver;
  const Outbox outbox = Outbox::open(folder / "events.db", to(receiver));
  Graph graph("faces");
  graph.input<Image>("photo")
      .then(made::Finds{{made::region({0, 0, 0.5f, 1}, 0.75f, "face")}})
      .then(Notify{.outbox = outbox, .event = "face-seen"})
      .named("tell");
  Executor().run(graph, std::vector{made::image(4, 4)}).finish();
  REQUIRE(outbox.wait(20));
  REQUIRE(receiver.events.size() == 1);
  const Event& event = receiver.events[0];
  CHECK(event.name == "face-seen");
  CHECK(event.attempt == 1);
  CHECK(event.id.size() == 32);
  CHECK(event.body.at("input").string() == "0");
  CHECK(event.body.at("step").string() == "tell");
  CHECK(event.body.at("bounding_box").at("right_col").number() == 0.5);
  CHECK(event.body.at("value").at("value").number() == 0.75);
  CHECK(outbox.waiting() == 0);
}

TEST_CASE("running the same graph on the same inputs again makes no event") {
  const TemporaryFolder folder;
  Receiver receiver;
  const Outbox outbox = Outbox::open(folder / "events.db", to(receiver));
  run_on(outbox, {1, 2});
  run_on(outbox, {1, 2, 3});
  REQUIRE(outbox.wait(20));
  CHECK(receiver.bodies() == std::vector<std::string>{"1", "2", "3"});
}

TEST_CASE("what is not taken is tried again, with the same id, until it is") {
  const TemporaryFolder folder;
  Receiver receiver;
  receiver.refusals = 4;
  const Outbox outbox = Outbox::open(folder / "events.db", to(receiver));
  run_on(outbox, {1, 2, 3});
  REQUIRE(outbox.wait(20));
  const auto bodies = receiver.bodies();
  CHECK(std::multiset<std::string>(bodies.begin(), bodies.end()) == std::multiset<std::string>{"1", "2", "3"});
  int most = 0;
  for (const Event& event : receiver.events) most = std::max(most, event.attempt);
  CHECK(most > 1);
  CHECK(outbox.last_error().empty());
}

TEST_CASE("an event that is never taken holds up no other, and its reason is told") {
  const TemporaryFolder folder;
  std::atomic<int> taken = 0;
  OutboxOptions options;
  options.first_wait = 0.01;
  options.receive = [&](const Event& event) {
    if (event.body.at("value").integer() == 2) throw std::runtime_error("two is unlucky");
    ++taken;
  };
  const Outbox outbox = Outbox::open(folder / "events.db", options);
  run_on(outbox, {1, 2, 3, 4});
  for (int i = 0; i < 1000 && taken < 3; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(taken == 3);
  CHECK_FALSE(outbox.wait(0.05));
  CHECK(outbox.waiting() == 1);
  CHECK(outbox.last_error() == "two is unlucky");
}

TEST_CASE("events without a receiver wait, over the end of the process that made them, for one who opens the file") {
  const TemporaryFolder folder;
  {
    const Outbox outbox = Outbox::open(folder / "events.db");
    run_on(outbox, {1, 2});
    CHECK(outbox.waiting() == 2);
    CHECK_FALSE(outbox.wait(0.01));
  }
  Receiver receiver;
  const Outbox outbox = Outbox::open(folder / "events.db", to(receiver));
  REQUIRE(outbox.wait(20));
  CHECK(receiver.bodies() == std::vector<std::string>{"1", "2"});
}

TEST_CASE("a hook is posted JSON, and asked again after an error of its own") {
  const TemporaryFolder folder;
  Server server({500, 503});
  OutboxOptions options;
  options.hook = server.url();
  options.first_wait = 0.01;
  const Outbox outbox = Outbox::open(folder / "events.db", options);
  run_on(outbox, {7});
  REQUIRE(outbox.wait(20));
  const auto bodies = server.bodies();
  REQUIRE(bodies.size() == 3);
  CHECK(bodies[0].at("id") == bodies[2].at("id"));
  CHECK(bodies[0].at("event").string() == "number");
  CHECK(bodies[2].at("attempt").integer() == 3);
  CHECK(bodies[2].at("body").at("value").integer() == 7);
}

TEST_CASE("a hook that nobody answers at keeps its events, and says why") {
  const TemporaryFolder folder;
  OutboxOptions options;
  options.hook = "http://127.0.0.1:1/nobody";
  options.timeout = 2;
  const Outbox outbox = Outbox::open(folder / "events.db", options);
  run_on(outbox, {1});
  for (int i = 0; i < 1000 && outbox.last_error().empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK_FALSE(outbox.last_error().empty());
  CHECK(outbox.waiting() == 1);
}

TEST_CASE("a process that is killed at any moment loses no event that was committed") {
  const TemporaryFolder folder;
  const std::string file = folder / "events.db";
  const std::string committed = folder / "committed";
  const std::string delivered = folder / "delivered";
  const auto receive_into = [](const std::string& name) {
    OutboxOptions options;
    options.first_wait = 0.01;
    options.receive = [name](const Event& event) {
      std::ofstream(name, std::ios::app) << event.body.at("value").integer() << '\n';
    };
    return options;
  };
  int next = 0;
  for (int round = 0; round < 15; ++round) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        const Outbox outbox = Outbox::open(file, receive_into(delivered));
        for (int i = next;; ++i) {
          const EffectContext context{.input_id = std::to_string(i), .graph = "g", .step = "tell"};
          const std::vector<std::vector<std::any>> effects = {{outbox.effect("number", i, context)}};
          outbox.outlet()->commit(effects);
          std::ofstream(committed, std::ios::app) << i << '\n';
        }
      } catch (...) {
        _exit(1);
      }
    }
    // At any moment once it has begun, be the machine quick or slow.
    const auto size = [&] { return std::filesystem::exists(committed) ? std::filesystem::file_size(committed) : 0; };
    const auto before = size();
    for (int i = 0; i < 2000 && size() == before; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::this_thread::sleep_for(std::chrono::milliseconds(7 * (round % 5)));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    next += 100'000;
  }
  const Outbox outbox = Outbox::open(file, receive_into(delivered));
  REQUIRE(outbox.wait(60));
  const auto numbers_in = [](const std::string& name) {
    std::multiset<int> numbers;
    std::ifstream in(name);
    for (int number = 0; in >> number;) numbers.insert(number);
    return numbers;
  };
  const auto wanted = numbers_in(committed);
  const auto got = numbers_in(delivered);
  CHECK(wanted.size() >= 15);
  for (const int number : wanted) CHECK(got.contains(number));
}

TEST_CASE("two who have one file open deliver each event once, and the second takes over when the first is gone") {
  const TemporaryFolder folder;
  Receiver first;
  Receiver second;
  std::optional<Outbox> one = Outbox::open(folder / "events.db", to(first));
  run_on(*one, {1, 2});
  REQUIRE(one->wait(20));
  const Outbox two = Outbox::open(folder / "events.db", to(second));
  run_on(two, {1, 2, 3});
  REQUIRE(two.wait(20));
  CHECK(first.bodies() == std::vector<std::string>{"1", "2", "3"});
  one.reset();
  run_on(two, {1, 2, 3, 4});  // an input is known by its place in the list, so one event is new
  REQUIRE(two.wait(20));
  CHECK(second.bodies() == std::vector<std::string>{"4"});
}

TEST_CASE("broken files, other programs' files and options out of range tell their cause") {
  const TemporaryFolder folder;
  std::ofstream(folder / "text.db") << std::string(5000, 'x');
  CHECK(checks::error_of([&] { Outbox::open(folder / "text.db"); }) == ErrorCode::Unreadable);
  CHECK(checks::error_of([&] { Outbox::open("/proc/nowhere/events.db"); }) != ErrorCode::InvalidSetting);
  const auto refused = [&](auto&& change) {
    OutboxOptions options;
    change(options);
    return checks::error_of([&] { Outbox::open(folder / "events.db", options); }) == ErrorCode::InvalidSetting;
  };
  CHECK(refused([](OutboxOptions& it) { it.first_wait = 0; }));
  CHECK(refused([](OutboxOptions& it) { it.longest_wait = 0.5; }));
  CHECK(refused([](OutboxOptions& it) { it.timeout = made::nan; }));
  CHECK(refused([](OutboxOptions& it) { it.remember = -1; }));
  CHECK(refused([](OutboxOptions& it) { it.most = 0; }));
  CHECK(refused([](OutboxOptions& it) { it.hook = "ftp://host"; }));
  CHECK(refused([](OutboxOptions& it) {
    it.hook = "http://host";
    it.receive = [](const Event&) {};
  }));
}

TEST_CASE("more events than may wait are the error of their inputs, and those before are kept") {
  const TemporaryFolder folder;
  OutboxOptions options;
  options.most = 2;
  const Outbox outbox = Outbox::open(folder / "events.db", options);
  Graph graph("g");
  graph.input<int>("n").then(Notify{.outbox = outbox}).named("tell");
  int failed = 0;
  for (const Result& result : Executor({.threads = 1}).run(graph, std::vector{1, 2, 3, 4})) failed += !result.ok();
  CHECK(failed == 2);
  CHECK(outbox.waiting() == 2);
}

TEST_CASE("no items make no events, and one failed item none of its input") {
  const TemporaryFolder folder;
  const Outbox outbox = Outbox::open(folder / "events.db");
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  photo.then(made::Finds{}).then(Notify{.outbox = outbox});
  photo.then(made::FindsBrokenOnOnePixel{.broken = made::region({0, made::nan, 1, 1})})
      .then(Crop{})
      .then(Notify{.outbox = outbox});
  Executor({.threads = 1}).run(graph, std::vector{made::image(1, 1), made::image(2, 2)}).finish();
  CHECK(outbox.waiting() == 1);
}

TEST_CASE(
    "Notify's settings are checked and come back from JSON; the receiver that is open in this process is the one meant") {
  const TemporaryFolder folder;
  Receiver receiver;
  const Outbox outbox = Outbox::open(folder / "events.db", to(receiver));
  checks::json_round_trip(Notify{.outbox = outbox, .event = "seen"});
  checks::refused(Notify{});
  checks::refused(Notify{.outbox = outbox, .event = ""});
  const auto again = settings_from_json<Notify>(settings_to_json(Notify{.outbox = outbox}));
  run_on(again.outbox, {5});
  REQUIRE(outbox.wait(20));
  CHECK(receiver.bodies() == std::vector<std::string>{"5"});
  for (const char* broken :
       {R"({"outbox": 3})", R"({"outbox": {}})", R"({"outbox": {"file": 1}})", R"({"outbox": {"file": "a", "port": ""}})"})
    CHECK(checks::error_of([&] { settings_from_json<Notify>(Json::parse(broken)); }) == ErrorCode::InvalidSetting);
}
