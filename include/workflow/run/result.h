#pragma once

#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/error.h"
#include "workflow/base/json.h"
#include "workflow/graph/effect.h"
#include "workflow/graph/port.h"
#include "workflow/graph/window.h"
#include "workflow/run/source.h"
#include "workflow/values/annotation.h"

namespace workflow {

/// A window once it is through, with when its inputs were.
struct RunWindow : Window {
  std::uint64_t first = 0;  ///< the number of its first input in the run
  std::vector<std::optional<Moment>> moments;
};

namespace detail {

/// Which of a step's values belong to an input: [first, last) in its column.
struct Span {
  std::size_t first = 0;
  std::size_t last = 0;
};
WORKFLOW_EXPORT Span values_of_input(const Window& window, StepId step, std::uint32_t input);
[[noreturn]] WORKFLOW_EXPORT void no_such_ancestor(const Window& window, StepId step, const ValueType& wanted);
[[noreturn]] WORKFLOW_EXPORT void no_value(const RunWindow& window, StepId step, std::uint32_t input);
WORKFLOW_EXPORT StepId step_named(const Window& window, std::string_view name, const ValueType& wanted);

}  // namespace detail

/// One value of a result, with the way back to what it came from. Valid while its Result, or a copy of that, lives.
template <class T>
class Item {
 public:
  Item(const RunWindow& window, StepId step, std::size_t position) : window_(&window), step_(step), position_(position) {}

  const T& operator*() const { return typed<T>(*window_->columns[step_]).values[position_]; }
  const T* operator->() const { return &**this; }

  /// The nearest value of type A that this one came from: the region that a crop's concepts were read off.
  /// Throws Error (NotFound) where there is none.
  template <class A>
  const A& from() const {
    const Drawing& drawing = *window_->drawing;
    const auto source = drawing.nearest_ancestor(step_, ValueType::of<A>(), level());
    if (!source) detail::no_such_ancestor(*window_, step_, ValueType::of<A>());
    return *typed<A>(*window_->columns[*source]).find(window_->up(level(), item(), drawing.steps[*source].level));
  }

  /// Its place among its siblings on each level below the input, the upper ones first: {2} is region 2 of its photo.
  std::vector<std::uint32_t> path() const { return detail::path_of(*window_, level(), item()); }

 private:
  LevelId level() const { return window_->drawing->steps[step_].level; }
  std::uint32_t item() const { return window_->columns[step_]->items[position_]; }

  const RunWindow* window_;
  StepId step_;
  std::size_t position_;
};

/// What one input gave at one port: none, one or many, in the order of the items. Valid while its Result lives.
template <class T>
class Items {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Item<T>;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Item<T>;

    iterator(const Items* items, std::size_t at) : items_(items), at_(at) {}
    Item<T> operator*() const { return (*items_)[at_]; }
    iterator& operator++() { return ++at_, *this; }
    iterator operator++(int) { return {items_, at_++}; }
    friend bool operator==(const iterator& a, const iterator& b) { return a.at_ == b.at_; }

   private:
    const Items* items_;
    std::size_t at_;
  };

  Items(const RunWindow& window, StepId step, std::uint32_t input)
      : window_(&window), step_(step), input_(input), span_(detail::values_of_input(window, step, input)) {}

  bool empty() const { return size() == 0; }
  std::size_t size() const { return span_.last - span_.first; }
  iterator begin() const { return {this, 0}; }
  iterator end() const { return {this, size()}; }

  /// Throws Error where there is no such value: the input's own error where it has one.
  Item<T> operator[](std::size_t i) const {
    if (i >= size()) detail::no_value(*window_, step_, input_);
    return {*window_, step_, span_.first + i};
  }
  Item<T> front() const { return (*this)[0]; }

 private:
  const RunWindow* window_;
  StepId step_;
  std::uint32_t input_;
  detail::Span span_;
};

/// What one input gave: typed access by port and by name, JSON, a picture (`draw(result)`). Cheap to copy; const and
/// thread-safe. It keeps the inputs that went through with it in memory.
class WORKFLOW_EXPORT Result {
 public:
  Result(std::shared_ptr<const RunWindow> window, std::uint32_t input) : window_(std::move(window)), input_(input) {}

  /// What the input is called: a file's name below its folder, a line's number.
  const std::string& id() const { return window_->ids[input_]; }

  /// Its number in the run, from 0.
  std::uint64_t number() const { return window_->first + input_; }

  /// Of a video's frame, its time.
  const std::optional<Moment>& moment() const { return window_->moments[input_]; }

  /// Whether nothing failed: neither the input nor any item of it.
  bool ok() const;

  /// The first error. Throws Error (NotFound) where there is none; ask ok().
  Error error() const;

  /// Every error, those of single items among them; what did not fail is in the result all the same.
  std::vector<Error> errors() const;

  /// The values at a port. Throws Error (InvalidGraph) for a port of another graph.
  template <class T>
  Items<T> operator[](const Port<T>& port) const {
    detail::check_port(*window_->drawing, *port.drawing(), port.step());
    return {*window_, port.step(), input_};
  }

  /// The values at a step by its name. Throws Error: NotFound, TypeMismatch.
  template <class T>
  Items<T> get(std::string_view step) const {
    return {*window_, detail::step_named(*window_, step, ValueType::of<T>()), input_};
  }

  /// Every comparison that steps made on the way, those that dropped something included: `tabby: 0.71 < accept 0.80 -> review`.
  std::vector<Reason> why() const;

  /// Those that led to one annotation that this input wrote, and those by which a split sent its other concepts elsewhere.
  /// Throws Error (NotFound) for an annotation of another input or graph.
  std::vector<Reason> why(const Annotation& annotation) const;

  /// Those on the path of the values at a port, from the input on.
  template <class T>
  std::vector<Reason> why(const Port<T>& port) const {
    detail::check_port(*window_->drawing, *port.drawing(), port.step());
    return why_step(port.step());
  }

  /// The result as a tree: concepts read off a crop stand in the region that it was cut from. docs/formats.md tells the shape.
  Json to_json() const;

  const RunWindow& window() const { return *window_; }
  std::uint32_t input() const { return input_; }

 private:
  std::vector<Reason> why_step(StepId step) const;

  std::shared_ptr<const RunWindow> window_;
  std::uint32_t input_;
};

}  // namespace workflow
