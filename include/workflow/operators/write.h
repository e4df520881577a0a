#pragma once

#include <any>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include "workflow/graph/effect.h"
#include "workflow/graph/settings.h"
#include "workflow/values/json.h"

namespace workflow {

/// Writes what passes into a folder: an image as a picture file, any other value as a line of JSON. A step's lines stand in
/// `<folder>/<step>.jsonl`, its pictures are `<folder>/<step>/<input>@<place>.png` (without the place for the input's own).
/// @code
///   faces.then(Crop{}).then(Write{.folder = "out"}).named("crops")     // out/crops/a.jpg@0.png, out/crops/a.jpg@1.png, ...
///   faces.then(Write{.folder = "out"}).named("faces")                  // out/faces.jsonl
/// @endcode
/// Written once the whole input is through; nothing of an input of which an item failed. A picture is written aside and
/// renamed; lines are appended and brought to the disk at once, and what a kill left of a line is cut off. Running the same
/// graph on the same input again changes nothing: each line has a key, and each picture its name. Several runs, threads and
/// processes may write into one folder. For built-in values, numbers, strings, and a host's types with `Json to_json()
/// const`.
struct Write {
  enum class Picture { Png, Jpeg };

  std::string folder = {};         ///< made where it is missing
  Picture picture = Picture::Png;  ///< how images are written

  static constexpr std::string_view kind = "write";
  static auto settings() {
    return std::tuple{setting("folder", &Write::folder),
                      setting("picture", &Write::picture, Choices<Picture>{{Picture::Png, "png"}, {Picture::Jpeg, "jpeg"}})};
  }
  /// Throws Error (InvalidSetting) where no folder is named.
  WORKFLOW_EXPORT void check() const;

  template <class T>
  T operator()(const T& value) const {
    static_assert(HasJson<T>, "Write takes built-in values, numbers, strings, and types with `Json to_json() const`");
    return value;
  }
  template <class T>
  std::any effect(const T& value, const EffectContext& context) const {
    if constexpr (std::is_same_v<T, Image>)
      return picture_file(value, context);
    else if constexpr (HasJson<T>)
      return line(json_of(value), context);
    else
      return {};
  }
  WORKFLOW_EXPORT std::shared_ptr<Outlet> outlet() const;

 private:
  WORKFLOW_EXPORT std::any picture_file(const Image& image, const EffectContext& context) const;
  WORKFLOW_EXPORT std::any line(Json value, const EffectContext& context) const;
};

}  // namespace workflow
