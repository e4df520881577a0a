#pragma once

#include <string>

#include "workflow/app/app.h"

// Annotations that tests of the app are made of.
namespace made {

inline workflow::Annotation annotation(const std::string& input, workflow::Concepts concepts,
                                       workflow::Status status = workflow::Status::PendingReview) {
  return {.input_id = input, .concepts = std::move(concepts), .status = status, .by = "tester"};
}

/// The ids of annotations, in their order.
inline std::vector<std::string> inputs_of(const std::vector<workflow::Annotation>& annotations) {
  std::vector<std::string> names;
  for (const workflow::Annotation& it : annotations) names.push_back(it.input_id);
  return names;
}

}  // namespace made
