#pragma once

#include <limits>
#include <string>
#include <vector>

#include "made.h"
#include "workflow/run/executor.h"

// Graphs of one test, run at once.
namespace made {

inline constexpr float nan = std::numeric_limits<float>::quiet_NaN();
inline constexpr float infinity = std::numeric_limits<float>::infinity();

/// The results of inputs that went through a graph, in their order.
template <class T>
std::vector<workflow::Result> run_all(const workflow::Graph& graph, std::vector<T> inputs) {
  std::vector<workflow::Result> results;
  for (const workflow::Result& result : workflow::Executor({.threads = 1}).run(graph, std::move(inputs)))
    results.push_back(result);
  return results;
}

template <class T>
workflow::Result run_once(const workflow::Graph& graph, T input) {
  return run_all(graph, std::vector<T>{std::move(input)}).at(0);
}

template <class T>
std::vector<T> values(const workflow::Result& result, const workflow::Port<T>& port) {
  std::vector<T> all;
  for (const auto& item : result[port]) all.push_back(*item);
  return all;
}

/// What a call throws, as its message.
inline std::string message_of(auto&& call) {
  try {
    call();
  } catch (const workflow::Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

/// A detector that finds the same regions on every image.
struct Finds {
  std::vector<workflow::Region> regions = {};
  std::vector<workflow::Region> operator()(const workflow::Image&) const { return regions; }
};

/// A detector that finds one region, broken on images of one pixel.
struct FindsBrokenOnOnePixel {
  workflow::Region whole = region({0, 0, 1, 1});
  workflow::Region broken = whole;
  std::vector<workflow::Region> operator()(const workflow::Image& image) const {
    return {image.width() == 1 ? broken : whole};
  }
};

}  // namespace made
