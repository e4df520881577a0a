#include "train/content_hash.h"

#include <cstring>
#include <string>
#include <vector>

#include "base/mapped_file.h"
#include "base/sip_hash.h"
#include "workflow/train/dataset.h"

namespace workflow {
namespace {

template <class T>
void append(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

ContentHash hash_of(const Image& image) {
  std::string bytes;
  const std::size_t row = static_cast<std::size_t>(image.width()) * Image::channels;
  bytes.reserve(row * static_cast<std::size_t>(image.height()) + 16);
  append(bytes, image.width());
  append(bytes, image.height());
  for (int y = 0; y < image.height(); ++y) bytes.append(reinterpret_cast<const char*>(image.row(y)), row);
  return content_hash(bytes);
}

ContentHash hash_of(const ImageFile& file) {
  const MappedFile mapped(file.path, "content_hash");
  const ContentHash whole = content_hash(mapped.text());
  if (!file.part) return whole;
  std::string bytes;
  append(bytes, whole);
  append(bytes, *file.part);
  return content_hash(bytes);
}

}  // namespace

ContentHash content_hash(std::string_view bytes) {
  return {sip_hash(bytes, 0x68656164732d6f6e, 0x2d656d6265646469), sip_hash(bytes, 0x6e67732d63616368, 0x652d627974657321)};
}

ContentHash content_hash(const LabelledInput& input) {
  if (const auto* file = std::get_if<ImageFile>(&input.input)) return hash_of(*file);
  if (const auto* text = std::get_if<Text>(&input.input)) return content_hash(text->text);
  return hash_of(image_of(input));
}

}  // namespace workflow
