#pragma once

#include <any>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "workflow/app/app.h"
#include "workflow/graph/effect.h"
#include "workflow/graph/settings.h"
#include "workflow/values/concepts.h"
#include "workflow/values/region.h"

namespace workflow {

/// Writes an annotation into an app for every item that passes, and hands the item on: its concepts (a Region's own), the
/// region that it stands under, of a video the frame, and what wrote it. Of values without concepts it says that they came.
/// @code
///   bands.accept.then(Annotate{.app = app, .status = Status::Success});
///   bands.review.then(Annotate{.app = app, .status = Status::PendingReview});
/// @endcode
/// What an input wrote becomes visible at once, once the whole input is through, or not at all where one of its items failed.
/// The same graph run on the same input again changes nothing; `app.undo(run.id())` takes a run's annotations back.
struct Annotate {
  App app = {};                     ///< where to; as JSON its folder
  Status status = Status::Success;
  std::string by = {};              ///< who says it; empty: the model that the value came through, else the graph with its version
  Json info = {};                   ///< the host's own, kept with each annotation
  std::string task = {};            ///< what a reviewer can ask the queue for

  static constexpr std::string_view kind = "annotate";
  static auto settings() {
    Choices<Status> words;
    for (const auto& [value, word] : statuses) words.emplace_back(value, word);
    return std::tuple{setting("app", &Annotate::app), setting("status", &Annotate::status, words), setting("by", &Annotate::by),
                      setting("info", &Annotate::info), setting("task", &Annotate::task)};
  }
  /// Throws Error (InvalidSetting) where there is no app.
  WORKFLOW_EXPORT void check() const;

  template <class T>
  bool operator()(const T&) const {
    return true;
  }

  /// Throws Error (InvalidValue) for a score that is NaN or outside 0..1.
  template <class T>
  std::any effect(const T& value, const EffectContext& context) const {
    if constexpr (std::is_same_v<T, Concepts>)
      return annotation(value, context);
    else if constexpr (std::is_same_v<T, Region>)
      return annotation(value.concepts, context);
    else
      return annotation({}, context);
  }

  std::shared_ptr<Outlet> outlet() const { return app.outlet(); }

 private:
  WORKFLOW_EXPORT std::any annotation(const Concepts& concepts, const EffectContext& context) const;
};

}  // namespace workflow
