#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "workflow/graph/effect.h"
#include "workflow/graph/score_route.h"
#include "workflow/graph/settings.h"
#include "workflow/values/concepts.h"
#include "workflow/values/region.h"

namespace workflow {

/// Takes out the concepts whose score fails; a passing one keeps its score. What has none left leaves the branch. On
/// regions the same for the concepts inside each; the region's own score is Keep's.
/// @code
///   concepts.then(Threshold{.at_least = 0.6f, .per_concept = {{"weapon", 0.2f}}})
/// @endcode
struct Threshold {
  enum class Others { Keep, Drop };
  enum class Comparison { AtLeast, Above, AtMost, Below, Equal };

  float at_least = 0.5f;                         ///< what a score is compared with; 0..1
  std::optional<float> below = {};               ///< the score must also be below this; 0..1, none for no such bound
  std::map<std::string, float> per_concept = {}; ///< another at_least for the concepts named; 0..1
  Others others = Others::Keep;                  ///< concepts not named in per_concept: Keep compares them with at_least
  Comparison comparison = Comparison::AtLeast;   ///< how the score must stand to at_least; Equal is within 1e-6

  static constexpr std::string_view kind = "threshold";
  static auto settings() {
    return std::tuple{
        setting("at_least", &Threshold::at_least, between(0, 1)), setting("below", &Threshold::below, between(0, 1)),
        setting("per_concept", &Threshold::per_concept, between(0, 1)),
        setting("others", &Threshold::others, Choices<Others>{{Others::Keep, "keep"}, {Others::Drop, "drop"}}),
        setting("comparison", &Threshold::comparison,
                Choices<Comparison>{{Comparison::AtLeast, "at-least"},
                                    {Comparison::Above, "above"},
                                    {Comparison::AtMost, "at-most"},
                                    {Comparison::Below, "below"},
                                    {Comparison::Equal, "equal"}})};
  }
  /// Throws Error (InvalidSetting) where no score could pass: others are dropped and none is named, or `below` is not above
  /// what a score must reach.
  WORKFLOW_EXPORT void check() const;

  /// Throws Error (InvalidValue) for a score that is NaN or outside 0..1.
  WORKFLOW_EXPORT std::optional<Concepts> operator()(const Concepts& concepts) const;
  WORKFLOW_EXPORT std::optional<Region> operator()(const Region& region) const;

  /// The scores that pass, for graph.check().
  WORKFLOW_EXPORT ScoreRoute route() const;

  /// How each concept was compared: `tabby 0.71 >= at_least 0.50 -> kept`.
  WORKFLOW_EXPORT std::vector<Reason> why(const Concepts& concepts) const;
  WORKFLOW_EXPORT std::vector<Reason> why(const Region& region) const;

 private:
  bool passes(const Concept& it) const;
};

}  // namespace workflow
