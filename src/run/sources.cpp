#include <fmt/format.h>

#include "run/file_list.h"
#include "run/text_lines.h"
#include "run/video_frames.h"
#include "workflow/run/source.h"
#include "workflow/values/values.h"

namespace workflow {

Source images(const std::string& file_folder_or_glob) {
  auto files = list_files(file_folder_or_glob, picture_endings());
  const std::size_t size = files.size();
  return Source(ValueType::of<Image>(), size, [files = std::move(files), next = std::size_t{0}]() mutable -> std::optional<Arrival> {
    if (next == files.size()) return std::nullopt;
    const ListedFile& file = files[next++];
    return Arrival{file.id, {}, [path = file.path](Column& into, std::uint32_t item) {
                     typed<Image>(into).push(item, read_image(path));
                   }};
  });
}

Source video(const std::string& file, VideoOptions options) {
  auto frames = std::make_shared<VideoFrames>(file, options.frames_per_second);
  std::string name = file.substr(file.find_last_of('/') + 1);
  return Source(ValueType::of<Image>(), std::nullopt, [frames, name = std::move(name)]() -> std::optional<Arrival> {
    Image image;
    Moment moment;
    if (!frames->next(image, moment.frame, moment.seconds)) return std::nullopt;
    return Arrival{fmt::format("{}#{}", name, moment.frame), moment, [image = std::move(image)](Column& into, std::uint32_t item) {
                     typed<Image>(into).push(item, image);
                   }};
  });
}

Source texts(const std::string& file) {
  auto lines = std::make_shared<TextLines>(file);
  return Source(ValueType::of<Text>(), std::nullopt, [lines]() -> std::optional<Arrival> {
    std::optional<TextLines::Line> line = lines->next();
    if (!line) return std::nullopt;
    std::string id = std::to_string(line->number);
    return Arrival{std::move(id), {}, [line = std::move(*line)](Column& into, std::uint32_t item) {
                     if (!line.fault.empty()) throw Error(ErrorCode::InvalidValue, "texts", line.fault);
                     typed<Text>(into).push(item, Text{line.text});
                   }};
  });
}

}  // namespace workflow
