#include "workflow/base/log.h"

#include <string>
#include <thread>
#include <vector>

#include "catch.h"

using workflow::LogLevel;

namespace {

struct SinkForOneTest {
  explicit SinkForOneTest(workflow::LogSink sink) { workflow::set_log_sink(std::move(sink)); }
  ~SinkForOneTest() { workflow::set_log_sink({}); }
  SinkForOneTest(const SinkForOneTest&) = delete;
  SinkForOneTest& operator=(const SinkForOneTest&) = delete;
};

}  // namespace

TEST_CASE("a line reaches the sink with its level", "[log]") {
  std::vector<std::pair<LogLevel, std::string>> got;
  const SinkForOneTest sink([&](LogLevel level, std::string_view line) { got.emplace_back(level, line); });
  workflow::log(LogLevel::Warning, "slow BLAS");
  workflow::log(LogLevel::Debug, "");
  REQUIRE(got.size() == 2);
  CHECK(got[0] == std::pair(LogLevel::Warning, std::string("slow BLAS")));
  CHECK(got[1] == std::pair(LogLevel::Debug, std::string()));
}

TEST_CASE("after the sink is taken away nothing reaches it", "[log]") {
  int lines = 0;
  {
    const SinkForOneTest sink([&](LogLevel, std::string_view) { ++lines; });
    workflow::log(LogLevel::Info, "heard");
  }
  workflow::log(LogLevel::Info, "not heard");
  CHECK(lines == 1);
}

TEST_CASE("the sink is called by one thread at a time", "[log]") {
  int lines = 0;
  const SinkForOneTest sink([&](LogLevel, std::string_view) { ++lines; });
  const auto work = [] {
    for (int i = 0; i < 2000; ++i) workflow::log(LogLevel::Info, "line");
  };
  std::thread other(work);
  work();
  other.join();
  CHECK(lines == 4000);
}
