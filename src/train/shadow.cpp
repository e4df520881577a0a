#include "workflow/train/shadow.h"

#include <fmt/format.h>

#include <algorithm>

#include "workflow/base/error.h"
#include "workflow/graph/graph.h"
#include "workflow/run/executor.h"
#include "workflow/train/metrics.h"

namespace workflow {
namespace {

bool is_right(const Concepts& said, const LabelledInput& input) {
  return !said.empty() && std::find(input.positive.begin(), input.positive.end(), said.top().name) != input.positive.end();
}

template <class T>
Shadow compared(const Classifier& champion, const Classifier& challenger, const Dataset& held_out) {
  Graph graph("shadow");
  const auto input = graph.input<T>("input");
  const auto old_says = input.then(champion).named("champion"), new_says = input.then(challenger).named("challenger");
  Shadow shadow;
  std::size_t old_right = 0, new_right = 0;
  for (const Result& result : Executor().run(graph, held_out.source())) {
    const LabelledInput& labelled = held_out[result.number()];
    if (!result.ok() || labelled.positive.empty()) continue;
    const bool is_old_right = is_right(*result[old_says].front(), labelled),
               is_new_right = is_right(*result[new_says].front(), labelled);
    ++shadow.compared;
    old_right += is_old_right ? 1 : 0;
    new_right += is_new_right ? 1 : 0;
    shadow.only_champion += is_old_right && !is_new_right ? 1 : 0;
    shadow.only_challenger += is_new_right && !is_old_right ? 1 : 0;
  }
  if (shadow.compared == 0)
    throw Error(ErrorCode::InvalidValue, "compare",
                fmt::format("wanted labelled inputs to compare on, got none of {} that could be used", held_out.size()));
  shadow.champion = static_cast<double>(old_right) / static_cast<double>(shadow.compared);
  shadow.challenger = static_cast<double>(new_right) / static_cast<double>(shadow.compared);
  shadow.p = mcnemar_p(shadow.only_champion, shadow.only_challenger);
  return shadow;
}

bool is_there(const Catalogue& catalogue, const std::string& name) {
  const auto specs = catalogue.list();
  return std::any_of(specs.begin(), specs.end(), [&](const ModelSpec& spec) { return spec.id == name; });
}

}  // namespace

Shadow compare(const Classifier& champion, const Classifier& challenger, const Dataset& held_out) {
  return held_out.has_texts() ? compared<Text>(champion, challenger, held_out)
                              : compared<Image>(champion, challenger, held_out);
}

Promotion promote(const Catalogue& catalogue, const std::string& name, const Model& challenger, const Dataset& held_out,
                  double at_most) {
  if (!(at_most >= 0 && at_most <= 1))
    throw Error(ErrorCode::InvalidSetting, "promote", fmt::format("at_most: wanted a probability, got {}", at_most));
  Promotion promotion;
  if (is_there(catalogue, name)) {
    const auto champion = catalogue.load<Classifier>(name);
    promotion.shadow = compare(champion, challenger.as<Classifier>(), held_out);
    promotion.model = champion.name();
    if (!promotion.shadow->is_better(at_most)) return promotion;
  }
  promotion.promoted = true;
  promotion.model = catalogue.save(challenger, name).name();
  return promotion;
}

}  // namespace workflow
