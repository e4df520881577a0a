#include "workflow/graph/effect.h"

#include <fmt/format.h>

namespace workflow::detail {

std::string effect_key(const EffectContext& context) {
  return fmt::format("{}|{}@{}|{}|{}", context.input_id, context.graph, context.graph_version, context.step,
                     fmt::join(context.path, "/"));
}

}  // namespace workflow::detail
