#include "run/why.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/in_quotes.h"
#include "workflow/graph/operation.h"
#include "workflow/run/result.h"

namespace workflow {
namespace {

void add_reasons(const Window& window, StepId step, std::size_t position, std::vector<Reason>& reasons) {
  const Step& it = window.drawing->steps[step];
  const Step& read = window.drawing->steps[it.from.front()];
  std::vector<Reason> more = it.operation->why(window, step, position);
  for (Reason& reason : more) {
    reason.step = it.name;
    reason.path = detail::path_of(window, read.level, window.columns[it.from.front()]->items[position]);
    reasons.push_back(std::move(reason));
  }
}

}  // namespace

std::vector<StepId> chain_to(const Drawing& drawing, StepId step) {
  std::vector<StepId> chain = {step};
  while (!drawing.steps[chain.back()].from.empty()) chain.push_back(drawing.steps[chain.back()].from.front());
  std::reverse(chain.begin(), chain.end());
  return chain;
}

std::vector<Reason> reasons_for(const Window& window, StepId step, std::uint32_t item, OtherBands other_bands) {
  const Drawing& drawing = *window.drawing;
  std::vector<Reason> reasons;
  for (const StepId at : chain_to(drawing, step)) {
    if (!drawing.steps[at].operation) continue;
    const StepId read = drawing.steps[at].from.front();
    // A group step read another level's items, of which none is this one's ancestor.
    if (!drawing.is_over(drawing.steps[read].level, drawing.steps[step].level)) continue;
    const std::uint32_t above = window.up(drawing.steps[step].level, item, drawing.steps[read].level);
    const std::size_t position = window.columns[read]->position(above);
    if (position == Column::none) continue;
    if (other_bands == OtherBands::Left || drawing.steps[at].kind != "band") {
      add_reasons(window, at, position, reasons);
      continue;
    }
    for (StepId band = 0; band < drawing.steps.size(); ++band)
      if (drawing.steps[band].kind == "band" && drawing.steps[band].from.front() == read) add_reasons(window, band, position, reasons);
  }
  return reasons;
}

std::vector<Reason> reasons_of(const Window& window, StepId step, std::uint32_t input) {
  std::vector<Reason> reasons;
  if (!window.drawing->steps[step].operation) return reasons;
  const detail::Span span = detail::values_of_input(window, window.drawing->steps[step].from.front(), input);
  for (std::size_t position = span.first; position < span.last; ++position) add_reasons(window, step, position, reasons);
  return reasons;
}

std::vector<Reason> Result::why() const {
  std::vector<Reason> all;
  for (StepId step = 0; step < window_->drawing->steps.size(); ++step)
    for (Reason& reason : reasons_of(*window_, step, input_)) all.push_back(std::move(reason));
  return all;
}

std::vector<Reason> Result::why(const Annotation& annotation) const {
  const Drawing& drawing = *window_->drawing;
  const auto step = drawing.find(annotation.step);
  if (annotation.input_id == id() && annotation.graph == drawing.name && step) {
    const detail::Span span = detail::values_of_input(*window_, *step, input_);
    for (std::size_t position = span.first; position < span.last; ++position) {
      const std::uint32_t item = window_->columns[*step]->items[position];
      if (detail::path_of(*window_, drawing.steps[*step].level, item) == annotation.path)
        return reasons_for(*window_, *step, item, OtherBands::Told);
    }
  }
  throw Error(ErrorCode::NotFound, drawing.name,
              fmt::format("wanted an annotation that this result wrote, of input {}, got one of input {} by {}/{}", in_quotes(id()),
                          in_quotes(annotation.input_id), annotation.graph, annotation.step));
}

std::vector<Reason> Result::why_step(StepId step) const {
  std::vector<Reason> all;
  const detail::Span span = detail::values_of_input(*window_, step, input_);
  for (std::size_t position = span.first; position < span.last; ++position)
    for (Reason& reason : reasons_for(*window_, step, window_->columns[step]->items[position], OtherBands::Left)) all.push_back(std::move(reason));
  return all;
}

}  // namespace workflow
