// The engine alone: what eight steps that do nothing cost for one input, for a further item, and what drawing costs.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "workflow/run/executor.h"

namespace wf = workflow;
using Clock = std::chrono::steady_clock;

namespace {

double median_us(int repeats, auto&& work) {
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) {
    const auto start = Clock::now();
    work();
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
  }
  std::nth_element(times.begin(), times.begin() + repeats / 2, times.end());
  return times[static_cast<std::size_t>(repeats / 2)];
}

const auto nothing = [](const int& i) { return i; };

}  // namespace

int main() {
  const wf::Executor inline_executor({.threads = 1});

  wf::Graph chain("chain");
  auto port = chain.input<int>("n");
  for (int i = 0; i < 8; ++i) port = port.then(nothing);
  const double eight_steps = median_us(20'000, [&] {
    auto run = inline_executor.run(chain, std::vector{1});
    run.next();
  });

  const auto items = [&](int count) {
    wf::Graph graph("items");
    auto step = graph.input<int>("n").then([](const int& n) { return std::vector<int>(static_cast<std::size_t>(n)); });
    for (int i = 0; i < 8; ++i) step = step.then(nothing);
    return median_us(5'000, [&] {
      auto run = inline_executor.run(graph, std::vector{count});
      run.next();
    });
  };
  const double one = items(1);
  const double thousand = items(1001);

  std::vector<int> many(4096, 1);
  const double inputs = median_us(200, [&] { inline_executor.run(chain, many).finish(); });

  const double drawing = median_us(2'000, [&] {
    wf::Graph graph("fifty");
    auto step = graph.input<int>("n");
    for (int i = 0; i < 50; ++i) step = step.then(nothing);
    graph.check();
  });

  fmt::print("{:<52} {:>10} {:>10}\n", "engine", "us", "bar");
  fmt::print("{:<52} {:>10.2f} {:>10}\n", "one input through 8 empty steps, inline", eight_steps, 10);
  fmt::print("{:<52} {:>10.3f} {:>10}\n", "a further item through 8 empty steps", (thousand - one) / 1000, 0.3);
  fmt::print("{:<52} {:>10.3f} {:>10}\n", "a further input through 8 empty steps", inputs / 4096, "-");
  fmt::print("{:<52} {:>10.1f} {:>10}\n", "drawing and checking 50 steps", drawing, 1000);
}
