#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/annotation_rows.h"

namespace workflow {

/// An annotation with all that happened to it, and back. An id of 0 and times that are not there are left to the app.
/// record_from_json throws Error, of whatever code, that says what is wrong.
Json record_to_json(const AnnotationRecord& record);
AnnotationRecord record_from_json(const Json& json, const std::string& input_id);

Json why_to_json(const std::vector<Reason>& reasons);
std::vector<Reason> why_from_json(const Json& json);

/// A picture's side that stands in a member; 0 where that is not there. Throws Error (InvalidValue).
int pixels_of(const Json& json, std::string_view name);

}  // namespace workflow
