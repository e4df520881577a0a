#pragma once

#include <string>

#include "workflow/model/spec.h"

namespace workflow {

/// $WORKFLOW_MODELS, else $XDG_CACHE_HOME/workflow/models, else ~/.cache/workflow/models.
std::string standard_models_folder();

/// Where what one saves goes: $WORKFLOW_OWN_MODELS, else $XDG_DATA_HOME/workflow/models, else
/// ~/.local/share/workflow/models.
std::string own_models_folder();

/// <folder>/<id>/<version>/weights.safetensors
std::string weights_file(const std::string& folder, const ModelSpec& spec);

}  // namespace workflow
