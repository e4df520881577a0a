#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>

#include "workflow/graph/score_route.h"
#include "workflow/graph/settings.h"
#include "workflow/values/place.h"

namespace workflow {

/// Lets a share of what comes through, by a keyed hash (SipHash-2-4) of the input's id: the same choice on every machine and
/// in every run. With one seed, a smaller fraction's choice is part of a larger one's; another seed chooses afresh.
/// @code
///   photo.then(Sample{.fraction = 0.05f}).then(Annotate{...});   // one photo in twenty, for an audit
/// @endcode
/// For values of every type, a host's own among them.
struct Sample {
  enum class Per { Input, Item };

  float fraction = 0.1f;    ///< 0..1: 0 lets nothing through, 1 everything
  std::int64_t seed = 0;    ///< any number
  Per per = Per::Input;     ///< Input: all items of an input or none; Item: each for itself, by its place below the input

  static constexpr std::string_view kind = "sample";
  static auto settings() {
    return std::tuple{setting("fraction", &Sample::fraction, between(0, 1)), setting("seed", &Sample::seed),
                      setting("per", &Sample::per, Choices<Per>{{Per::Input, "input"}, {Per::Item, "item"}})};
  }

  using Further = std::tuple<const Place&>;
  template <class T>
  bool operator()(const T&, const Place& place) const {
    return chooses(place);
  }

  WORKFLOW_EXPORT bool chooses(const Place& place) const;

  /// Everything or, of a fraction of 0, nothing, for graph.check().
  ScoreRoute route() const { return fraction > 0 ? ScoreRoute{} : ScoreRoute::nothing(); }
};

}  // namespace workflow
