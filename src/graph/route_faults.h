#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "workflow/graph/score_route.h"

namespace workflow {

/// One of several ways that the values of a port may take.
struct Way {
  std::string step;  ///< in quotes
  ScoreRoute route;
  std::set<const void*> writes_to;  ///< the places that steps on it write to
};

/// What is wrong between the ways: scores that lie between two of them and take neither, scores that two ways take of which
/// neither is the wider one, or that both write to the same place. Ways of which one takes a part of the other's scores and
/// does something else with them are as they should be. Each fault is told once, for the first concept that has it.
std::vector<std::string> route_faults(std::span<const Way> ways);

}  // namespace workflow
