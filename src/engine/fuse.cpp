#include <algorithm>
#include <map>
#include <optional>

#include "engine/net_graph.h"

namespace workflow {

std::int64_t element_count(const Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t length : shape) count *= length;
  return count;
}

std::size_t NetGraph::add_tensor(Shape shape) {
  tensors.push_back(std::move(shape));
  return tensors.size() - 1;
}

std::vector<std::size_t> NetGraph::readers() const {
  std::vector<std::size_t> count(tensors.size(), 0);
  for (const NetStep& step : steps) {
    for (const std::size_t input : step.inputs) ++count[input];
    for (const AfterStep& after : step.after)
      if (after.kind == AfterStep::Kind::Pair) ++count[after.other];
  }
  for (const std::size_t output : outputs) ++count[output];
  return count;
}

namespace {

bool takes_after_steps(const NetStep& step) {
  return step.kind == NetStep::Kind::Convolution || step.kind == NetStep::Kind::Connected;
}

// The step that writes a tensor, where it is one that takes more work in and nobody else reads what it writes now.
std::optional<std::size_t> host_of(const NetGraph& graph, const std::vector<std::size_t>& readers, std::size_t tensor) {
  if (readers[tensor] != 1) return std::nullopt;
  for (std::size_t i = 0; i < graph.steps.size(); ++i)
    if (graph.steps[i].output == tensor) return takes_after_steps(graph.steps[i]) ? std::optional(i) : std::nullopt;
  return std::nullopt;
}

std::size_t place_of(const NetGraph& graph, std::size_t tensor) {
  for (std::size_t i = 0; i < graph.steps.size(); ++i)
    if (graph.steps[i].output == tensor) return i + 1;
  return 0;  // the net's input
}

// Whether a step that is not `except` reads a tensor at `host` or behind it, or somebody outside does.
bool is_read_from(const NetGraph& graph, std::size_t host, std::size_t except, std::size_t tensor) {
  if (std::ranges::find(graph.outputs, tensor) != graph.outputs.end()) return true;
  for (std::size_t i = host; i < graph.steps.size(); ++i) {
    const NetStep& step = graph.steps[i];
    const bool reads = std::ranges::find(step.inputs, tensor) != step.inputs.end() ||
                       std::ranges::any_of(step.after, [&](const AfterStep& after) {
                         return after.kind == AfterStep::Kind::Pair && after.other == tensor;
                       });
    if (i != except && reads) return true;
  }
  return false;
}

// Moves one step into the one before it; false where there is none to move.
bool fuse_one(NetGraph& graph, bool in_place_alone) {
  const auto readers = graph.readers();
  for (std::size_t i = 0; i < graph.steps.size(); ++i) {
    const NetStep& step = graph.steps[i];
    AfterStep after;
    std::optional<std::size_t> host;
    if (step.kind == NetStep::Kind::Element) {
      host = host_of(graph, readers, step.inputs[0]);
      after.element = step.element;
    } else if (step.kind == NetStep::Kind::Pair && step.pair == PairOp::Add &&
               graph.tensors[step.inputs[0]] == graph.tensors[step.inputs[1]]) {
      // The later of the two takes the sum in: the other one is there by then.
      for (const std::size_t side : {0U, 1U}) {
        const std::size_t mine = step.inputs[side], other = step.inputs[1 - side];
        const auto candidate = host_of(graph, readers, mine);
        if (!candidate || mine == other || place_of(graph, other) > *candidate) continue;
        if (in_place_alone && is_read_from(graph, *candidate, i, other)) continue;
        host = candidate;
        after = {.kind = AfterStep::Kind::Pair, .other = other};
      }
    }
    if (!host) continue;
    graph.steps[*host].after.push_back(after);
    graph.steps[*host].output = step.output;
    graph.steps.erase(graph.steps.begin() + static_cast<std::ptrdiff_t>(i));
    return true;
  }
  return false;
}

}  // namespace

NetGraph fused(NetGraph graph, Precision precision) {
  for (bool changed = true; changed;) {
    const auto readers = graph.readers();
    changed = std::erase_if(graph.steps, [&](const NetStep& step) { return readers[step.output] == 0; }) > 0;
  }
  // oneDNN 2.6 adds a tensor beside the target wrongly where a convolution in bfloat16 falls back to its matrix product.
  const bool in_place_alone = precision == Precision::BFloat16;
  while (fuse_one(graph, in_place_alone)) {
  }
  return graph;
}

}  // namespace workflow
