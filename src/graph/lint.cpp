#include "graph/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "base/in_quotes.h"
#include "base/nearest.h"
#include "graph/route_faults.h"
#include "workflow/graph/operation.h"

namespace workflow {
namespace {

/// What may come to a step's port.
struct Arriving {
  ScoreRoute scores = {};
  std::vector<std::string> names = {};  // of the concepts; empty where they are not known
  bool nothing = false;
};

class Lint {
 public:
  explicit Lint(const Drawing& drawing)
      : drawing_(drawing), readers_(drawing.steps.size()), writes_to_(drawing.steps.size()), arriving_(drawing.steps.size()) {
    for (StepId id = 0; id < drawing.steps.size(); ++id) {
      for (const StepId from : drawing.steps[id].from) readers_[from].push_back(id);
      for (const StepId from : drawing.steps[id].ancestors) readers_[from].push_back(id);
      outlets_.push_back(outlet_of(drawing.steps[id]));
    }
    // What reads a step stands after it.
    for (StepId id = static_cast<StepId>(drawing.steps.size()); id-- > 0;) {
      if (outlets_[id]) writes_to_[id].insert(outlets_[id]->place());
      writes_somewhere_ = writes_somewhere_ || outlets_[id];
      for (const StepId reader : readers_[id]) writes_to_[id].insert(writes_to_[reader].begin(), writes_to_[reader].end());
    }
  }

  std::vector<Problem> problems() && {
    for (StepId id = 0; id < drawing_.steps.size(); ++id)
      if (drawing_.steps[id].operation) follow(id);
    for (StepId id = 0; id < drawing_.steps.size(); ++id) compare_ways_from(id);
    for (StepId id = 0; id < drawing_.steps.size(); ++id) look_for_readers(id);
    return std::move(problems_);
  }

 private:
  template <class... Parts>
  void note(StepId step, fmt::format_string<Parts...> text, Parts&&... parts) {
    problems_.push_back({drawing_.steps[step].name, fmt::format(text, std::forward<Parts>(parts)...)});
  }

  std::string name(StepId step) const { return in_quotes(drawing_.steps[step].name); }

  // Where a step writes; null for one that does not, or cannot yet: its own check tells what it lacks.
  static std::shared_ptr<Outlet> outlet_of(const Step& step) {
    try {
      return step.operation ? step.operation->outlet() : nullptr;
    } catch (const Error&) {
      return nullptr;
    }
  }

  // What a step lets through of what comes to it.
  void follow(StepId id) {
    const Step& step = drawing_.steps[id];
    const Arriving& before = arriving_[step.from.front()];
    Arriving& after = arriving_[id];
    const std::optional<ScoreRoute> route = step.operation->route();
    if (before.nothing && step.operation->shape().flow != Flow::Reduce) {
      after.nothing = true;
      if (outlets_[id]) note(id, "nothing can reach it, so it never writes; mend the step above that lets nothing through");
      return;
    }
    if (!route) {  // scores of its own
      const auto names = step.operation->names(before.names);
      after.names = names.value_or(std::vector<std::string>());
      after.nothing = names && names->empty();
      if (after.nothing) note(id, "it takes out each of the {} concepts that come from {}; map some of them", before.names.size(), name(step.from.front()));
      return;
    }
    after.names = before.names;
    check_names(id, *route, before.names);
    after.scores = before.scores.then(*route);
    after.nothing = after.scores.is_dead(after.names.empty() ? nullptr : &after.names);
    if (!after.nothing) return;
    if (route->is_dead())
      note(id, "it lets nothing through; change its settings or leave it out");
    else
      note(id, "nothing that comes from {} can pass: {}; loosen one of the two", name(step.from.front()), clash(*route, before.scores));
  }

  // "it wants [0.90, 1.00], and [0.30, 0.80) comes"
  static std::string clash(const ScoreRoute& route, const ScoreRoute& before) {
    const auto said = [](const ScoreRoute& scores) {
      if (scores.others) return scores.others->to_string();
      std::string text;
      for (const auto& [name, range] : scores.each)
        if (!range.empty() && text.size() < 80) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", in_quotes(name), range.to_string());
      return text.empty() ? "nothing" : text;
    };
    return fmt::format("it wants {}, and {} comes", said(route), said(before));
  }

  void check_names(StepId id, const ScoreRoute& route, const std::vector<std::string>& known) {
    if (known.empty()) return;
    for (const auto& [concept_name, range] : route.each) {
      if (std::find(known.begin(), known.end(), concept_name) != known.end()) continue;
      const std::vector<std::string_view> names(known.begin(), known.end());
      note(id, "it names {}, which no concept that comes to it is called{}", in_quotes(concept_name), did_you_mean(concept_name, names));
    }
  }

  // Thresholds and bands that read the same port: which scores take none of them, and which take two.
  void compare_ways_from(StepId port) {
    if (arriving_[port].nothing) return;
    std::vector<Way> ways;
    for (const StepId reader : readers_[port]) {
      const Step& step = drawing_.steps[reader];
      if (!step.operation || step.from.front() != port || arriving_[reader].nothing) continue;
      const std::optional<ScoreRoute> route = step.operation->route();
      // A way that leads nowhere is not meant to be taken, and one that lets all through routes nothing.
      if (!route || *route == ScoreRoute{} || (readers_[reader].empty() && !step.named)) continue;
      ways.push_back({.step = name(reader), .route = *route, .writes_to = writes_to_[reader]});
    }
    for (std::string& fault : route_faults(ways)) problems_.push_back({drawing_.steps[port].name, std::move(fault)});
  }

  void look_for_readers(StepId id) {
    const Step& step = drawing_.steps[id];
    // Any port may be read in the results; but where a graph is there to write, a step without name and readers was forgotten.
    if (!step.operation || step.named || !readers_[id].empty() || outlets_[id] || arriving_[id].nothing) return;
    if (step.operation->route() || !writes_somewhere_) return;  // of a split's ports not all need be read
    note(id, "nothing reads this step; add a step to it, name it where results are read by it, or leave it out");
  }

  const Drawing& drawing_;
  std::vector<std::vector<StepId>> readers_;
  std::vector<std::shared_ptr<Outlet>> outlets_;      // kept, as places are told apart by their address
  std::vector<std::set<const void*>> writes_to_;      // the places of a step and of all that read it
  bool writes_somewhere_ = false;
  std::vector<Arriving> arriving_;
  std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> lint(const Drawing& drawing) { return Lint(drawing).problems(); }

}  // namespace workflow
