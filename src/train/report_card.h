#pragma once

#include <string>

#include "workflow/model/spec.h"
#include "workflow/train/report.h"

namespace workflow {

/// The card that a trained model bears: what it is, what it was trained on, how good it is, and what its reader should know.
std::string card_of(const Report& report, const ModelSpec& spec);

}  // namespace workflow
