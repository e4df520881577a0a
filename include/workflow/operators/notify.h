#pragma once

#include <any>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include "workflow/graph/settings.h"
#include "workflow/operators/outbox.h"
#include "workflow/values/json.h"

namespace workflow {

/// Tells somebody of what passes: an event for each value, through an outbox that keeps it until it is delivered.
/// @code
///   auto outbox = Outbox::open("events.db", {.receive = [](const Event& event) { log(event.body.dump()); }});
///   weapons.then(Threshold{.at_least = 0.9f}).then(Notify{.outbox = outbox, .event = "weapon"});
/// @endcode
/// Events of an input are committed together, once the whole input is through and nothing of it failed; running the same
/// graph on the same input again makes none. For built-in values, numbers, strings, and types with `Json to_json() const`.
struct Notify {
  Outbox outbox = {};           ///< where events wait; several steps and graphs may share one
  std::string event = "event";  ///< what the receiver knows it by

  static constexpr std::string_view kind = "notify";
  static auto settings() { return std::tuple{setting("outbox", &Notify::outbox), setting("event", &Notify::event)}; }

  /// Throws Error (InvalidSetting) where there is no outbox, or the event has no name.
  WORKFLOW_EXPORT void check() const;

  template <class T>
  T operator()(const T& value) const {
    static_assert(HasJson<T>, "Notify takes built-in values, numbers, strings, and types with `Json to_json() const`");
    return value;
  }
  template <class T>
  std::any effect(const T& value, const EffectContext& context) const {
    if constexpr (HasJson<T>)
      return outbox.effect(event, json_of(value), context);
    else
      return {};
  }
  std::shared_ptr<Outlet> outlet() const { return outbox.outlet(); }
};

}  // namespace workflow
