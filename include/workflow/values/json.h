#pragma once

#include <concepts>
#include <string>
#include <type_traits>

#include "workflow/base/json.h"
#include "workflow/values/values.h"

namespace workflow {

/// A value as plain JSON, as files and hooks are given it; docs/formats.md tells the shapes. An image is its size alone.
WORKFLOW_EXPORT Json json_of(const Image& image);
WORKFLOW_EXPORT Json json_of(const Text& text);
WORKFLOW_EXPORT Json json_of(const Box& box);
WORKFLOW_EXPORT Json json_of(const Region& region);
WORKFLOW_EXPORT Json json_of(const Concepts& concepts);
WORKFLOW_EXPORT Json json_of(const Embedding& embedding);
WORKFLOW_EXPORT Json json_of(const Landmarks& landmarks);
WORKFLOW_EXPORT Json json_of(const Hits& hits);

/// Numbers and strings are themselves.
template <class T>
requires(std::is_arithmetic_v<T> || std::same_as<T, std::string>) Json json_of(const T& value) {
  if constexpr (std::is_integral_v<T> && !std::same_as<T, bool>)
    return static_cast<std::int64_t>(value);
  else
    return Json(value);
}

/// A host's own type says it itself.
template <class T>
requires requires(const T& value) {
  { value.to_json() } -> std::same_as<Json>;
}
Json json_of(const T& value) { return value.to_json(); }

/// Whether a value has a JSON form.
template <class T>
concept HasJson = requires(const T& value) {
  { json_of(value) } -> std::same_as<Json>;
};

}  // namespace workflow
