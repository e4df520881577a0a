#include "train/deep/recipe.h"

namespace workflow {

const std::vector<std::shared_ptr<const Recipe>>& recipes() {
  static const auto all = [] {
    std::vector<std::shared_ptr<const Recipe>> list;
    for (const auto& kind : {&classification_recipes, &detection_recipes, &embedding_recipes, &text_recipes})
      for (Recipe& recipe : kind()) list.push_back(std::make_shared<const Recipe>(std::move(recipe)));
    return list;
  }();
  return all;
}

}  // namespace workflow
