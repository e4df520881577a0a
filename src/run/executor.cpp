#include "workflow/run/executor.h"

#include <fmt/format.h>

#include "run/run_state.h"

namespace workflow {
namespace {

void check_number(std::string_view name, int value, int most) {
  if (value < 0 || value > most)
    throw Error(ErrorCode::InvalidSetting, "Executor", fmt::format("{}: wanted 0..{}, got {}", name, most, value));
}

void check_source(const Drawing& drawing, StepId input, const Source& source) {
  const Step& step = drawing.steps[input];
  if (!(source.type() == step.type))
    throw Error(ErrorCode::TypeMismatch, drawing.name,
                fmt::format("wanted a source of {} for the input \"{}\", got one of {}", step.type.name(), step.name, source.type().name()));
}

std::vector<StepId> inputs_of(const Drawing& drawing) {
  std::vector<StepId> inputs;
  for (StepId id = 0; id < drawing.steps.size(); ++id)
    if (!drawing.steps[id].operation) inputs.push_back(id);
  if (inputs.empty()) throw Error(ErrorCode::InvalidGraph, drawing.name, "wanted a graph with an input, got one without");
  return inputs;
}

}  // namespace

Executor::Executor(ExecutorOptions options) {
  check_number("threads", options.threads, 1024);
  check_number("batch", options.batch, 4096);
  machine_ = std::make_shared<Machine>(options);
}

Executor::~Executor() = default;
Executor::Executor(Executor&&) noexcept = default;
Executor& Executor::operator=(Executor&&) noexcept = default;

const ExecutorOptions& Executor::options() const { return machine_->options(); }

Run Executor::run(const Graph& graph, Source source) const {
  auto drawing = graph.drawing();
  const std::vector<StepId> inputs = inputs_of(*drawing);
  if (inputs.size() > 1)
    throw Error(ErrorCode::InvalidGraph, drawing->name,
                fmt::format("wanted a source for each of {} inputs, got one; say run(graph, {{bind(port, source), ...}})", inputs.size()));
  check_source(*drawing, inputs.front(), source);
  std::vector<Source> sources;
  sources.push_back(std::move(source));
  return Run(std::make_shared<Run::State>(machine_, std::move(drawing), std::move(sources)));
}

Run Executor::run(const Graph& graph, std::initializer_list<Bound> bound) const {
  auto drawing = graph.drawing();
  const std::vector<StepId> inputs = inputs_of(*drawing);
  std::vector<Source> sources;
  for (const StepId input : inputs) {
    const Bound* found = nullptr;
    for (const Bound& it : bound) {
      detail::check_port(*drawing, *it.drawing, it.input);
      if (it.input != input) continue;
      if (found)
        throw Error(ErrorCode::InvalidGraph, drawing->name, fmt::format("the input \"{}\" has two sources", drawing->steps[input].name));
      found = &it;
    }
    if (!found)
      throw Error(ErrorCode::InvalidGraph, drawing->name, fmt::format("the input \"{}\" has no source", drawing->steps[input].name));
    check_source(*drawing, input, found->source);
    sources.push_back(found->source);
  }
  if (bound.size() > inputs.size())
    throw Error(ErrorCode::InvalidGraph, drawing->name, "a source is bound to a port that is no input; bind what graph.input() gave");
  return Run(std::make_shared<Run::State>(machine_, std::move(drawing), std::move(sources)));
}

Run::Run(std::shared_ptr<State> state) : state_(std::move(state)) {}
Run::Run(Run&&) noexcept = default;

Run& Run::operator=(Run&& other) noexcept {
  if (this != &other) {
    if (state_) state_->stop();
    state_ = std::move(other.state_);
  }
  return *this;
}

Run::~Run() {
  if (state_) state_->stop();
}

std::optional<Result> Run::next() { return state_->next(); }

void Run::finish() {
  while (next()) {
  }
}

RunStats Run::stats() const { return state_->stats(); }
const std::string& Run::id() const { return state_->id(); }

}  // namespace workflow
