#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "workflow/graph/effect.h"
#include "workflow/graph/port.h"
#include "workflow/graph/score_route.h"
#include "workflow/graph/settings.h"
#include "workflow/values/concepts.h"

namespace workflow {

/// One band of a score: what Bands puts on each of its ports. Concepts outside the band are taken out; an item with none
/// left leaves the branch.
struct Band {
  enum class Which { Accept, Review, Rest };

  float accept = 0.8f;                       ///< accept takes [accept, 1]; 0..1
  float review = 0.5f;                       ///< review takes [review, accept), rest what is below; 0..1, below accept
  std::map<std::string, float> accept_each = {};  ///< another accept for the concepts named; 0..1
  std::map<std::string, float> review_each = {};  ///< another review for the concepts named; 0..1
  Which which = Which::Accept;

  static constexpr std::string_view kind = "band";
  static auto settings() {
    return std::tuple{setting("accept", &Band::accept, between(0, 1)), setting("review", &Band::review, between(0, 1)),
                      setting("accept_each", &Band::accept_each, between(0, 1)),
                      setting("review_each", &Band::review_each, between(0, 1)),
                      setting("which", &Band::which,
                              Choices<Which>{{Which::Accept, "accept"}, {Which::Review, "review"}, {Which::Rest, "rest"}})};
  }
  /// Throws Error (InvalidSetting) where, for all or for one concept, review is not below accept.
  WORKFLOW_EXPORT void check() const;

  /// Throws Error (InvalidValue) for a score that is NaN or outside 0..1.
  WORKFLOW_EXPORT std::optional<Concepts> operator()(const Concepts& concepts) const;

  /// The scores of the band, for graph.check().
  WORKFLOW_EXPORT ScoreRoute route() const;

  /// Which band each concept takes: `0.71 < accept 0.80 -> review`.
  WORKFLOW_EXPORT std::vector<Reason> why(const Concepts& concepts) const;

 private:
  Which band_of(const Concept& it) const;
  ScoreRange range(const std::string& name) const;
};

/// The ports that `split(Bands{...})` gives.
struct BandPorts {
  Port<Concepts> accept;
  Port<Concepts> review;
  Port<Concepts> rest;
};

/// The total router: every concept takes exactly one of three half-open bands of its score.
/// @code
///   auto bands = concepts.split(Bands{.accept = 0.80f, .review = 0.30f});
///   bands.review.then(...);   // the concepts from 0.30 up to, not including, 0.80
/// @endcode
struct Bands {
  float accept = 0.8f;                       ///< accept takes [accept, 1]; 0..1
  float review = 0.5f;                       ///< review takes [review, accept), rest [0, review); 0..1, below accept
  std::map<std::string, float> accept_each = {};  ///< another accept for the concepts named; 0..1
  std::map<std::string, float> review_each = {};  ///< another review for the concepts named; 0..1

  WORKFLOW_EXPORT BandPorts ports(const Port<Concepts>& port) const;
};

}  // namespace workflow
