#include "run/effects.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "run/result_tree.h"
#include "run/why.h"
#include "workflow/graph/operation.h"
#include "workflow/model/model.h"

namespace workflow {
namespace {

// FNV-1a: the same on every machine and in every version of the library.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325U;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return value;
}

// What tells one drawing from another: steps, settings, what reads what. An operator without JSON counts by its kind. Where
// an app lies on this machine is nothing that a graph does: called by another path, it is to know what it wrote.
std::string version_of(const Drawing& drawing) {
  std::string text = drawing.name;
  for (const Step& step : drawing.steps) {
    text += fmt::format("\n{} {} {}", step.name, step.kind, fmt::join(step.from, ","));
    if (!step.operation || !step.operation->has_json()) continue;
    Json settings = step.operation->settings();
    if (settings.contains("app")) settings["app"] = nullptr;
    text += settings.dump();
  }
  return fmt::format("{:016x}", hash(text));
}

}  // namespace

Effects::Effects(const Drawing& drawing, bool enabled, std::string run) : run_(std::move(run)) {
  if (!enabled) return;
  for (StepId id = 0; id < drawing.steps.size(); ++id) {
    if (!drawing.steps[id].operation) continue;
    std::shared_ptr<Outlet> outlet = drawing.steps[id].operation->outlet();
    if (!outlet) continue;
    Writer writer{.step = id, .outlet = std::move(outlet), .model = {}, .bands = {}};
    for (const StepId at : chain_to(drawing, id)) {
      const Step& step = drawing.steps[at];
      if (!step.operation) continue;
      if (const Model* model = step.operation->model()) writer.model = model->name();
      if (step.kind == "band") writer.bands = step.operation->settings();
    }
    writers_.push_back(std::move(writer));
  }
  if (!writers_.empty()) graph_version_ = version_of(drawing);
}

EffectContext Effects::context(const RunWindow& window, const Writer& writer, std::uint32_t input, std::size_t position) const {
  const Drawing& drawing = *window.drawing;
  const LevelId level = drawing.steps[writer.step].level;
  const std::uint32_t item = window.columns[writer.step]->items[position];
  const Result result(std::shared_ptr<const RunWindow>(std::shared_ptr<void>(), &window), input);
  const Image* picture = input_image(result);
  EffectContext context{.input_id = window.ids[input],
                        .moment = window.moments[input],
                        .width = picture ? picture->width() : 0,
                        .height = picture ? picture->height() : 0,
                        .run = run_,
                        .graph = drawing.name,
                        .graph_version = graph_version_,
                        .step = drawing.steps[writer.step].name,
                        .model = writer.model,
                        .path = detail::path_of(window, level, item),
                        .region = {},
                        .bands = writer.bands,
                        .why = reasons_for(window, writer.step, item, OtherBands::Told)};
  // The value itself, where it is a region, or the nearest one that it came from.
  const auto region = drawing.steps[writer.step].type == ValueType::of<Region>()
                          ? std::optional<StepId>(writer.step)
                          : drawing.nearest_ancestor(writer.step, ValueType::of<Region>(), level);
  if (region) {
    const std::size_t at = window.columns[*region]->position(window.up(level, item, drawing.steps[*region].level));
    if (at != Column::none) context.region = box_on_input(result, {*region, at});
  }
  return context;
}

void Effects::commit(RunWindow& window) const {
  std::set<const void*> places;
  for (const Writer& writer : writers_) places.insert(writer.outlet->place());
  for (const void* place : places) commit_to(place, window);
}

void Effects::commit_to(const void* place, RunWindow& window) const {
  std::set<std::uint32_t> failed;
  for (const Failure& failure : window.failures) failed.insert(window.up(failure.level, failure.item, 0));

  std::vector<std::vector<std::any>> effects;
  std::vector<std::uint32_t> inputs;
  const Writer* first = nullptr;
  for (std::uint32_t input = 0; input < window.inputs; ++input) {
    if (failed.contains(input)) continue;
    std::vector<std::any> of_input;
    try {
      for (const Writer& writer : writers_) {
        if (writer.outlet->place() != place) continue;
        if (!first) first = &writer;
        const detail::Span span = detail::values_of_input(window, writer.step, input);
        for (std::size_t position = span.first; position < span.last; ++position)
          of_input.push_back(window.drawing->steps[writer.step].operation->effect(window, writer.step, position,
                                                                                  context(window, writer, input, position)));
      }
    } catch (...) {
      window.fail(first->step, 0, input, std::current_exception());
      continue;
    }
    if (of_input.empty()) continue;
    effects.push_back(std::move(of_input));
    inputs.push_back(input);
  }
  if (effects.empty()) return;
  try {
    first->outlet->commit(effects);
  } catch (...) {
    const auto error = std::current_exception();
    // A place that is not to be had now would be waited for once an input.
    if (effects.size() == 1 || as_error(error, "effects").code() == ErrorCode::Unavailable) {
      for (const std::uint32_t input : inputs) window.fail(first->step, 0, input, error);
      return;
    }
    // One input's refusal must not take its window down: each alone.
    for (std::size_t i = 0; i < effects.size(); ++i) {
      try {
        first->outlet->commit(std::span(&effects[i], 1));
      } catch (...) {
        window.fail(first->step, 0, inputs[i], std::current_exception());
      }
    }
  }
}

}  // namespace workflow
