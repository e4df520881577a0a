#include "workflow/run/result.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/nearest.h"

namespace workflow {
namespace detail {

Span values_of_input(const Window& window, StepId step, std::uint32_t input) {
  const LevelId level = window.drawing->steps[step].level;
  const auto& items = window.columns[step]->items;
  const auto input_of = [&](std::uint32_t item) { return window.up(level, item, 0); };
  // Items stand in the order of their inputs, so those of one stand together.
  const auto first = std::partition_point(items.begin(), items.end(), [&](std::uint32_t item) { return input_of(item) < input; });
  const auto last = std::partition_point(first, items.end(), [&](std::uint32_t item) { return input_of(item) <= input; });
  return {static_cast<std::size_t>(first - items.begin()), static_cast<std::size_t>(last - items.begin())};
}

void no_such_ancestor(const Window& window, StepId step, const ValueType& wanted) {
  throw Error(ErrorCode::NotFound, "Item::from",
              fmt::format("the values of \"{}\" come from no {}", window.drawing->steps[step].name, wanted.name()))
      .at({.graph = window.drawing->name, .step = window.drawing->steps[step].name, .input = {}});
}

void no_value(const RunWindow& window, StepId step, std::uint32_t input) {
  const Result result(std::shared_ptr<const RunWindow>(std::shared_ptr<void>(), &window), input);
  if (!result.ok()) throw result.error();
  throw Error(ErrorCode::NotFound, "Items", "there is no such value here; ask empty() or size() first")
      .at({.graph = window.drawing->name, .step = window.drawing->steps[step].name, .input = window.ids[input]});
}

StepId step_named(const Window& window, std::string_view name, const ValueType& wanted) {
  const Drawing& drawing = *window.drawing;
  const auto found = drawing.find(name);
  if (!found)
    throw Error(ErrorCode::NotFound, drawing.name,
                fmt::format("wanted a step \"{}\", found none of that name{}", name, did_you_mean(name, drawing.step_names())));
  if (!(drawing.steps[*found].type == wanted))
    throw Error(ErrorCode::TypeMismatch, drawing.name,
                fmt::format("the step \"{}\" carries {}, not {}", name, drawing.steps[*found].type.name(), wanted.name()));
  return *found;
}

}  // namespace detail

bool Result::ok() const {
  return std::none_of(window_->failures.begin(), window_->failures.end(),
                      [&](const Failure& it) { return window_->up(it.level, it.item, 0) == input_; });
}

std::vector<Error> Result::errors() const {
  std::vector<Error> errors;
  for (const Failure& failure : window_->failures)
    if (window_->up(failure.level, failure.item, 0) == input_)
      errors.push_back(failure.error.at({.graph = {}, .step = {}, .input = id()}));
  return errors;
}

Error Result::error() const {
  const std::vector<Error> all = errors();
  if (all.empty()) throw Error(ErrorCode::NotFound, "Result::error", "there is no error here; ask ok() first");
  return all.front();
}

}  // namespace workflow
