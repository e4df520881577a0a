#include "catalogue/builtin.h"

#include <algorithm>

namespace workflow {

const std::vector<ModelDirectory>& builtin_models() {
  static const std::vector<ModelDirectory> models = [] {
    std::vector<ModelDirectory> all;
    for (const BuiltinText& text : builtin_texts())
      all.push_back({ModelSpec::from_json(Json::parse(text.json)), labels_of(text.labels), std::string(text.card), {}});
    std::ranges::sort(all, {}, [](const ModelDirectory& model) { return model.spec.id; });
    return all;
  }();
  return models;
}

}  // namespace workflow
