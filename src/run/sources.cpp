#include <fmt/format.h>

#include <fstream>

#include "run/file_list.h"
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
  auto lines = std::make_shared<std::ifstream>(file);
  if (!*lines) throw Error(ErrorCode::NotFound, "texts", fmt::format("wanted a file of lines, found none at \"{}\"", file));
  return Source(ValueType::of<Text>(), std::nullopt, [lines, number = 0]() mutable -> std::optional<Arrival> {
    std::string line;
    if (!std::getline(*lines, line)) return std::nullopt;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return Arrival{std::to_string(++number), {}, [line = std::move(line)](Column& into, std::uint32_t item) {
                     typed<Text>(into).push(item, Text{line});
                   }};
  });
}

}  // namespace workflow
