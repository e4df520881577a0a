#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/graph/column.h"
#include "workflow/graph/port.h"
#include "workflow/graph/value_type.h"
#include "workflow/values/moment.h"

namespace workflow {

/// One input on its way: what it is called, and how to get its value. Getting it may be slow (decoding) and happens on
/// another thread, beside others; what it throws becomes the error of this one result.
struct Arrival {
  std::string id = {};
  std::optional<Moment> moment = {};
  std::function<void(Column& into, std::uint32_t item)> load = {};
};

/// Anything that yields inputs: `images("folder")`, `video("clip.avi")`, `texts("lines.txt")`, a std::vector of values, or
/// a host's own generator, a callable that gives a std::optional and ends with an empty one. Read by one thread at a time.
class WORKFLOW_EXPORT Source {
 public:
  /// Of values that are there already; their ids are "0", "1", ...
  template <class T>
  Source(std::vector<T> values) : Source(std::make_shared<const std::vector<T>>(std::move(values))) {}

  /// Of what a callable gives, `std::optional<T> next()`, one after the other until an empty one; ids "0", "1", ...
  /// A generator may be live (a camera), so its inputs go through one by one unless the executor is told a batch.
  template <class Generator>
    requires requires(Generator& next) { typename std::decay_t<decltype(*next())>; }
  Source(Generator next)
      : Source(ValueType::of<std::decay_t<decltype(*next())>>(), std::nullopt,
               [next = std::move(next), count = std::size_t{0}]() mutable -> std::optional<Arrival> {
                 using T = std::decay_t<decltype(*next())>;
                 std::optional<T> value = next();
                 if (!value) return std::nullopt;
                 return Arrival{std::to_string(count++), {}, [value = std::move(*value)](Column& into, std::uint32_t item) {
                                  typed<T>(into).push(item, value);
                                }};
               }) {
    live_ = true;
  }

  /// The general form. `size` is how many there will be, where that is known.
  Source(ValueType type, std::optional<std::size_t> size, std::function<std::optional<Arrival>()> next)
      : type_(type), size_(size), next_(std::move(next)) {}

  const ValueType& type() const { return type_; }
  std::optional<std::size_t> size() const { return size_; }
  bool live() const { return live_; }
  std::optional<Arrival> next() { return next_(); }

 private:
  template <class T>
  explicit Source(std::shared_ptr<const std::vector<T>> list)
      : Source(ValueType::of<T>(), list->size(), [list, next = std::size_t{0}]() mutable -> std::optional<Arrival> {
          if (next == list->size()) return std::nullopt;
          const std::size_t at = next++;
          return Arrival{std::to_string(at), {}, [list, at](Column& into, std::uint32_t item) {
                           typed<T>(into).push(item, (*list)[at]);
                         }};
        }) {}

  ValueType type_;
  std::optional<std::size_t> size_;
  std::function<std::optional<Arrival>()> next_;
  bool live_ = false;
};

/// The pictures of a file, a folder (those directly in it, in natural order of their names) or a glob (`*`, `?`, `**`).
/// A result's id is the file's path below the folder, or below the glob's fixed part. Decoded beside the inference, each
/// as read_image does; a broken file is the error of its own result. Throws Error (NotFound) where there is no picture.
WORKFLOW_EXPORT Source images(const std::string& file_folder_or_glob);

struct VideoOptions {
  double frames_per_second = 0;  ///< how many frames to take, by their time stamps; 0 takes every frame
};

/// The frames of a video file as images; ids are "clip.mp4#12", twelve being the frame's number in the file, and
/// `result.moment()` tells its time. Throws Error: NotFound, Unreadable, InvalidSetting for a negative rate.
WORKFLOW_EXPORT Source video(const std::string& file, VideoOptions options = {});

/// The lines of a file as texts, without their ends (LF or CR LF) and without a byte order mark; ids are line numbers from
/// 1, and an empty line is an empty text. A line that is not UTF-8 or longer than 16 MiB is the error of its own result.
/// Throws Error: NotFound, Unreadable for a folder.
WORKFLOW_EXPORT Source texts(const std::string& file);

/// A source for one input of a graph with several: `executor.run(graph, {bind(photo, images("a/")), bind(...)})`.
struct Bound {
  std::shared_ptr<const Drawing> drawing = {};
  StepId input;
  Source source;
};

template <class T>
Bound bind(const Port<T>& input, Source source) {
  return {input.drawing(), input.step(), std::move(source)};
}

}  // namespace workflow
