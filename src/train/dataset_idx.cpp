#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <span>

#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "model/directory.h"
#include "train/gzip.h"
#include "workflow/base/error.h"
#include "workflow/train/dataset.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view place = "Dataset::idx";
constexpr std::size_t most_bytes = std::size_t{1} << 32U;

// LeCun's format: 0, 0, a type (8: unsigned bytes), the number of dimensions, each of them as big-endian 32 bits, data.
struct Idx {
  std::vector<std::byte> bytes;
  std::vector<std::size_t> shape;
  std::size_t begin = 0;
};

Idx read_idx(const std::string& file, std::size_t dimensions) {
  Idx idx{read_plain_or_gzip(file, most_bytes, place), {}, 4 + 4 * dimensions};
  const auto at = [&](std::size_t i) { return std::to_integer<std::size_t>(idx.bytes[i]); };
  if (idx.bytes.size() < idx.begin || at(0) != 0 || at(1) != 0 || at(2) != 8 || at(3) != dimensions)
    throw Error(ErrorCode::Unreadable, place,
                fmt::format("{}: wanted an idx file of {} dimensions of bytes", in_quotes(file), dimensions));
  std::size_t size = 1;
  for (std::size_t d = 0; d < dimensions; ++d) {
    std::size_t side = 0;
    for (std::size_t i = 0; i < 4; ++i) side = side << 8U | at(4 + 4 * d + i);
    if (side == 0 || side > most_bytes / size)
      throw Error(ErrorCode::Unreadable, place,
                  fmt::format("{}: wanted sides from 1 within 4 GB, got {}", in_quotes(file), side));
    size *= side;
    idx.shape.push_back(side);
  }
  if (idx.bytes.size() - idx.begin != size)
    throw Error(ErrorCode::Unreadable, place,
                fmt::format("{}: wanted {} bytes of data, got {}", in_quotes(file), size, idx.bytes.size() - idx.begin));
  return idx;
}

std::string plain_or_packed(const fs::path& file) {
  if (fs::exists(file)) return file.string();
  if (fs::exists(file.string() + ".gz")) return file.string() + ".gz";
  throw Error(ErrorCode::NotFound, place, fmt::format("there is no {}, nor that with .gz", in_quotes(file.string())));
}

Image grey_picture(const Idx& images, std::size_t number) {
  const std::size_t height = images.shape[1], width = images.shape[2];
  const std::span<const std::byte> grey =
      std::span(images.bytes).subspan(images.begin + number * height * width, height * width);
  std::vector<std::uint8_t> pixels;
  pixels.reserve(grey.size() * Image::channels);
  for (const std::byte value : grey) pixels.insert(pixels.end(), Image::channels, std::to_integer<std::uint8_t>(value));
  return Image::copy_of(pixels, static_cast<int>(width), static_cast<int>(height));
}

}  // namespace

Dataset Dataset::idx(const std::string& folder, const std::string& part, const DatasetOptions& options) {
  const auto images =
      std::make_shared<const Idx>(read_idx(plain_or_packed(fs::path(folder) / (part + "-images-idx3-ubyte")), 3));
  const Idx labels = read_idx(plain_or_packed(fs::path(folder) / (part + "-labels-idx1-ubyte")), 1);
  if (labels.shape[0] != images->shape[0])
    throw Error(ErrorCode::Unreadable, place,
                fmt::format("wanted a label for each of {} pictures, got {}", images->shape[0], labels.shape[0]));
  if (images->shape[1] > 32768 || images->shape[2] > 32768)
    throw Error(ErrorCode::Unreadable, place, "wanted pictures of at most 32768 pixels a side");
  std::vector<std::string> names;
  if (const fs::path file = fs::path(folder) / "labels.txt"; fs::exists(file))
    names = labels_of(MappedFile(file.string(), place).text());
  std::vector<LabelledInput> inputs;
  inputs.reserve(images->shape[0]);
  for (std::size_t i = 0; i < images->shape[0]; ++i) {
    const auto label = std::to_integer<std::size_t>(labels.bytes[labels.begin + i]);
    inputs.push_back({.id = fmt::format("{}#{}", part, i),
                      .input = std::function<Image()>([images, i] { return grey_picture(*images, i); }),
                      .positive = {label < names.size() ? names[label] : std::to_string(label)}});
  }
  return made(std::move(inputs), {}, options, std::string(place));
}

}  // namespace workflow
