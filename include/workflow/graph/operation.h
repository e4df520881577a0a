#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workflow/base/device.h"
#include "workflow/base/json.h"
#include "workflow/graph/effect.h"
#include "workflow/graph/score_route.h"
#include "workflow/graph/value_type.h"
#include "workflow/graph/window.h"

namespace workflow {

class Model;

/// How the items that a step gives stand to those it reads.
enum class Flow {
  Same,     ///< at most one for each: same level
  Expand,   ///< a list for each: one level deeper
  Reduce,   ///< one for each group: `up` levels up
  Regroup,  ///< another list for each group: a new level under the group's parent
};

/// What the graph must know of an operator before it is run.
struct OperationShape {
  Flow flow = Flow::Same;
  int up = 0;                           ///< of a group: how far up its parent stands
  ValueType reads;                      ///< of the port
  ValueType gives;
  std::vector<ValueType> beside = {};        ///< the second port's type, of an operator on two ports
  bool beside_is_below = false;              ///< the second port's items stand one level below the first's
  bool beside_may_lack = false;              ///< an item without a value on the second port goes through all the same
  std::vector<ValueType> ancestors = {};     ///< looked up above the item, of a group above its parent
  std::vector<ValueType> of_each_item = {};  ///< of a group: looked up above each of its items
  bool stateful = false;                ///< keeps state between windows, so these come one by one
};

/// An operator with its types erased: a callable that was wrapped by `then`. Const and thread-safe once made.
class WORKFLOW_EXPORT Operation {
 public:
  virtual ~Operation() = default;

  const OperationShape& shape() const { return shape_; }

  /// Throws Error: InvalidSetting where a setting is out of range, TypeMismatch where a model takes another type.
  virtual void check() const = 0;

  virtual std::string kind() const = 0;

  /// Whether it can be written as JSON: a lambda, or a type without a `kind`, cannot.
  virtual bool has_json() const = 0;
  virtual Json settings() const = 0;

  /// The model that it is; null for the others. A bundle takes it along.
  virtual const Model* model() const { return nullptr; }

  /// Reads the columns that the step names, and fills the step's own. A failing item is noted in the window; nothing is
  /// thrown. `state` is what make_state gave, null for an operator without.
  virtual void run(Window& window, StepId step, void* state) const = 0;

  virtual std::shared_ptr<void> make_state() const { return nullptr; }

  /// Where an operator that writes puts its effects; null for the others.
  virtual std::shared_ptr<Outlet> outlet() const { return nullptr; }

  /// What to write for one value that the step gave.
  virtual std::any effect(const Window&, StepId, std::size_t /*position*/, const EffectContext&) const { return {}; }

  /// How it decided on one value that the step read; nothing where there was nothing to decide.
  virtual std::vector<Reason> why(const Window&, StepId, std::size_t /*position in what it read*/) const { return {}; }

  /// Which scores it lets through, unchanged; none of an operator that gives scores of its own.
  virtual std::optional<ScoreRoute> route() const { return std::nullopt; }

  /// The names of the concepts that it may give, where those that may come are called `before` (empty: not known). None of
  /// an operator that does not know them; a model gives its labels.
  virtual std::optional<std::vector<std::string>> names(const std::vector<std::string>& /*before*/) const { return std::nullopt; }

  /// Makes ready what a model needs to compute on a device (null: its own) with the calling thread's number of OpenMP
  /// threads; quick where that was done before.
  virtual void prepare(const Device* /*device*/) const {}

 protected:
  explicit Operation(OperationShape shape) : shape_(std::move(shape)) {}

 private:
  OperationShape shape_;
};

}  // namespace workflow
