#pragma once

#include <any>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include "workflow/app/app.h"
#include "workflow/graph/effect.h"
#include "workflow/graph/settings.h"
#include "workflow/values/embedding.h"

namespace workflow {

/// Puts embeddings into an app's search index, and hands them on: for the input, or for the region that one stands under.
/// @code
///   photo.then(embed).then(Index{.app = known});
/// @endcode
/// What an input gives becomes visible at once, once the whole input is through, or not at all where one of its items failed.
/// Putting the same in again changes nothing; another embedding of the same item by the same model stands in its place.
struct Index {
  App app = {};            ///< where to; as JSON its folder
  std::string model = {};  ///< whose embeddings they are; empty: the model that they came through. Those of different models
                           ///< are never compared

  static constexpr std::string_view kind = "index";
  static auto settings() { return std::tuple{setting("app", &Index::app), setting("model", &Index::model)}; }

  /// Throws Error (InvalidSetting) where there is no app.
  WORKFLOW_EXPORT void check() const;

  /// Throws Error (InvalidValue) for an embedding without numbers, and for NaN, infinities and numbers beyond 1e15.
  WORKFLOW_EXPORT bool operator()(const Embedding& embedding) const;

  WORKFLOW_EXPORT std::any effect(const Embedding& embedding, const EffectContext& context) const;
  std::shared_ptr<Outlet> outlet() const { return app.outlet(); }
};

}  // namespace workflow
