#pragma once

#include <memory>
#include <vector>

#include "base/json_reader.h"
#include "model/decode/decoders.h"

namespace workflow {

/// Reads an age in years [N, 1] and the logits of two genders [N, 2] as concepts. The labels are the two genders, `age`,
/// then one name for each band of years. The genders' scores sum to 1, and so do the bands': how likely it is that the
/// true age lies there, taking the net's error as normally distributed. The score of `age` is the age itself in centuries:
/// 0.34 is 34 years.
/// Settings: `error`, the mean absolute error in years; `bands`, the first year of each, the first of them 0.
/// Throws Error (InvalidSetting, or InvalidModel where labels and bands do not fit together).
std::shared_ptr<const ConceptDecoder> make_age_gender_decoder(const ModelSpec& spec, const std::vector<std::string>& labels,
                                                              JsonReader& settings);

}  // namespace workflow
