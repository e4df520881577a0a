#pragma once

#include <string_view>
#include <tuple>

#include "workflow/graph/settings.h"
#include "workflow/values/concept_graph.h"
#include "workflow/values/concepts.h"
#include "workflow/values/region.h"

namespace workflow {

/// Says concepts in other words: each becomes the synonym that is said, and, where wanted, counts for what it is one of.
/// On regions the same for the concepts inside each.
/// @code
///   ConceptGraph words;
///   words.synonym("couch", "sofa");
///   concepts.then(MapConcepts{.relations = words})   // {"couch", 0.7} becomes {"sofa", 0.7}
/// @endcode
struct MapConcepts {
  enum class Merge { Max, Mean, NoisyOr };
  enum class Unmapped { Keep, Drop };
  enum class RollUp { None, Hypernyms };

  ConceptGraph relations = {};            ///< as JSON see ConceptGraph::to_json
  Merge merge = Merge::Max;               ///< several concepts in one: the best, the mean, or 1 - the product of (1 - score)
  Unmapped unmapped = Unmapped::Keep;     ///< concepts that the relations do not know
  bool transitive = true;                 ///< rolls up to what a hypernym is one of, too, and so on
  RollUp roll_up = RollUp::None;          ///< Hypernyms: a concept's score counts for its hypernyms as well as for itself

  static constexpr std::string_view kind = "map-concepts";
  static auto settings() {
    return std::tuple{
        setting("relations", &MapConcepts::relations),
        setting("merge", &MapConcepts::merge, Choices<Merge>{{Merge::Max, "max"}, {Merge::Mean, "mean"}, {Merge::NoisyOr, "noisy-or"}}),
        setting("unmapped", &MapConcepts::unmapped, Choices<Unmapped>{{Unmapped::Keep, "keep"}, {Unmapped::Drop, "drop"}}),
        setting("transitive", &MapConcepts::transitive),
        setting("roll_up", &MapConcepts::roll_up, Choices<RollUp>{{RollUp::None, "none"}, {RollUp::Hypernyms, "hypernyms"}})};
  }

  /// What concepts of these names are called afterwards, for graph.check().
  WORKFLOW_EXPORT std::vector<std::string> rename(const std::vector<std::string>& labels) const;

  /// Throws Error (InvalidValue) for a score that is NaN or outside 0..1.
  WORKFLOW_EXPORT Concepts operator()(const Concepts& concepts) const;
  WORKFLOW_EXPORT Region operator()(const Region& region) const;
};

}  // namespace workflow
