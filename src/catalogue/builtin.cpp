#include "catalogue/builtin.h"

#include <algorithm>

namespace workflow {

const std::vector<ModelDirectory>& builtin_models() {
  static const std::vector<ModelDirectory> models = [] {
    std::vector<ModelDirectory> all;
    for (const BuiltinText& text : builtin_texts()) {
      ModelSpec spec = ModelSpec::from_json(Json::parse(text.json));
      Weights weights = text.weights.empty() ? Weights() : parse_safetensors(text.weights, spec.name());
      all.push_back({std::move(spec), labels_of(text.labels), std::string(text.card), std::move(weights)});
    }
    std::ranges::sort(all, {}, [](const ModelDirectory& model) { return model.spec.id; });
    return all;
  }();
  return models;
}

}  // namespace workflow
