#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <set>

#include "base/half.h"
#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "weights/weights.h"
#include "workflow/base/error.h"
#include "workflow/base/json.h"

namespace workflow {
namespace {

constexpr std::string_view place = "tfjs";
constexpr std::size_t longest_manifest = 100'000'000;

enum class Stored { Plain, U8, U16, F16 };

std::size_t size_of(Stored stored) { return stored == Stored::U8 ? 1 : 2; }

// One tensor as the manifest has it.
struct Entry {
  std::string name;
  DType dtype = DType::F32;
  std::vector<std::int64_t> shape;
  Stored stored = Stored::Plain;
  float scale = 1;
  float min = 0;
  std::size_t stored_size = 0;  // bytes in the shards
  std::size_t size = 0;         // bytes once decoded
};

struct Shards {
  std::vector<std::string> paths;
  std::vector<Entry> entries;
  std::size_t size = 0;  // bytes that the entries want
};

[[noreturn]] void fail(const std::string& file, std::string_view what) {
  throw Error(ErrorCode::Unreadable, place, fmt::format("{}: {}", in_quotes(file), what));
}

class Manifest {
 public:
  Manifest(std::string_view text, const std::string& name) : name_(name) {
    if (text.size() > longest_manifest) bad(fmt::format("wanted at most {} bytes, got {}", longest_manifest, text.size()));
    Json json;
    try {
      json = Json::parse(text);
    } catch (const Error& error) {
      bad(error.text());
    }
    const Json* const list = json.is_array() ? &json : json.find("weightsManifest");
    if (!list || !list->is_array()) bad("wanted a list of weight groups, or a model.json with weightsManifest");
    for (const auto& group : list->items()) groups_.push_back(read_group(group));
  }

  const std::vector<Shards>& groups() const { return groups_; }
  std::size_t size() const { return size_; }                  // bytes of all shards
  std::size_t decoded_size() const { return decoded_size_; }  // bytes of all tensors

 private:
  [[noreturn]] void bad(std::string_view what) const { fail(name_, what); }
  [[noreturn]] void bad(const std::string& tensor, std::string_view what) const {
    bad(fmt::format("tensor {}: {}", in_quotes(tensor), what));
  }

  const std::vector<Json>& list(const Json& json, std::string_view key) const {
    const Json* const found = json.find(key);
    if (!found || !found->is_array()) bad(fmt::format("wanted a list {} in every group", in_quotes(key)));
    return found->items();
  }

  Shards read_group(const Json& json) {
    Shards group;
    for (const auto& path : list(json, "paths")) {
      if (!path.is_string()) bad(fmt::format("wanted a shard's path, got {}", path.type_name()));
      check_path(path.string());
      group.paths.push_back(path.string());
    }
    for (const auto& weight : list(json, "weights")) {
      group.entries.push_back(read_entry(weight));
      const auto& entry = group.entries.back();
      constexpr auto most = std::numeric_limits<std::size_t>::max() / 2;
      if (entry.size > most - decoded_size_ || entry.stored_size > most - size_)
        bad(entry.name, "too large together with the rest");
      decoded_size_ += entry.size;
      size_ += entry.stored_size;
      group.size += entry.stored_size;
    }
    return group;
  }

  // A manifest comes from anywhere: it must not reach beyond its folder, nor have one file read a thousand times.
  void check_path(const std::string& text) {
    const std::filesystem::path path(text);
    const bool inside = !text.empty() && path.is_relative() &&
                        text.find_first_of(std::string_view("\\:\0", 3)) == std::string::npos &&
                        std::find(path.begin(), path.end(), "..") == path.end();
    if (!inside) bad(fmt::format("shard {}: wanted a path inside the manifest's folder", in_quotes(text)));
    if (!paths_.insert(path.lexically_normal().string()).second)
      bad(fmt::format("shard {} is named twice", in_quotes(text)));
  }

  Entry read_entry(const Json& json) {
    Entry entry;
    const Json* const name = json.find("name");
    if (!name || !name->is_string()) bad("wanted a name for every weight");
    entry.name = name->string();
    if (!names_.insert(entry.name).second) bad(entry.name, "the name stands twice");

    const Json* const shape = json.find("shape");
    if (!shape || !shape->is_array()) bad(entry.name, "wanted a shape");
    for (const auto& length : shape->items()) {
      if (!length.is_integer())
        bad(entry.name, fmt::format("wanted integers of 64 bits in shape, got {}", length.type_name()));
      entry.shape.push_back(length.integer());
    }
    read_type(json, entry);

    // The wider of the two, so that neither size overflows.
    const std::size_t decoded = size_of(entry.dtype);
    const auto bytes = byte_count(entry.shape, decoded);
    if (!bytes) bad(entry.name, fmt::format("no tensor can have the shape {}", shape_text(entry.shape)));
    entry.size = static_cast<std::size_t>(*bytes);
    entry.stored_size = entry.stored == Stored::Plain ? entry.size : entry.size / decoded * size_of(entry.stored);
    return entry;
  }

  void read_type(const Json& json, Entry& entry) const {
    const Json* const type = json.find("dtype");
    if (!type || !type->is_string()) bad(entry.name, "wanted a dtype");
    const std::string& dtype = type->string();
    if (dtype == "float32") {
      entry.dtype = DType::F32;
    } else if (dtype == "int32") {
      entry.dtype = DType::I32;
    } else if (dtype == "bool") {
      entry.dtype = DType::Bool;
    } else if (dtype == "uint8") {
      entry.dtype = DType::U8;
    } else {
      bad(entry.name, fmt::format("wanted dtype float32, int32, bool or uint8, got {}", in_quotes(dtype)));
    }
    if (const Json* const quantization = json.find("quantization")) read_quantization(*quantization, entry);
  }

  void read_quantization(const Json& json, Entry& entry) const {
    const Json* const type = json.find("dtype");
    if (!type || !type->is_string()) bad(entry.name, "wanted a dtype in quantization");
    const std::string& dtype = type->string();
    if (dtype == "float16" && entry.dtype == DType::F32) {
      entry.stored = Stored::F16;
      return;
    }
    if ((dtype != "uint8" && dtype != "uint16") || (entry.dtype != DType::F32 && entry.dtype != DType::I32)) {
      bad(entry.name, fmt::format("quantization {} of {}: wanted uint8 or uint16 of float32 or int32, or float16 of float32",
                                  in_quotes(dtype), name_of(entry.dtype)));
    }
    entry.stored = dtype == "uint8" ? Stored::U8 : Stored::U16;
    entry.scale = read_float(json, "scale", entry.name);
    entry.min = read_float(json, "min", entry.name);
  }

  float read_float(const Json& json, std::string_view key, const std::string& tensor) const {
    const Json* const found = json.find(key);
    if (!found || !found->is_number() ||
        std::abs(found->number()) > static_cast<double>(std::numeric_limits<float>::max())) {
      bad(tensor, fmt::format("wanted {} in quantization, a number that a float holds", key));
    }
    return static_cast<float>(found->number());
  }

  const std::string& name_;
  std::vector<Shards> groups_;
  std::set<std::string> paths_;
  std::set<std::string> names_;
  std::size_t size_ = 0;
  std::size_t decoded_size_ = 0;
};

std::uint16_t stored_at(Stored stored, const std::byte* from, std::size_t i) {
  if (stored == Stored::U8) return std::to_integer<std::uint16_t>(from[i]);
  const auto low = std::to_integer<unsigned>(from[2 * i]);
  const auto high = std::to_integer<unsigned>(from[2 * i + 1]);
  return static_cast<std::uint16_t>(low | (high << 8U));
}

void decode(const Entry& entry, const std::byte* from, std::byte* to, const std::string& name) {
  if (entry.size == 0) return;
  if (entry.stored == Stored::Plain) {
    std::memcpy(to, from, entry.size);
    return;
  }
  const std::size_t count = entry.size / size_of(entry.dtype);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t stored = stored_at(entry.stored, from, i);
    if (entry.stored == Stored::F16) {
      const float value = float_of_half(stored);
      std::memcpy(to + i * sizeof value, &value, sizeof value);
      continue;
    }
    const float scaled = static_cast<float>(stored) * entry.scale;
    const float value = scaled + entry.min;
    if (entry.dtype == DType::F32) {
      std::memcpy(to + i * sizeof value, &value, sizeof value);
      continue;
    }
    const float rounded = std::nearbyint(value);
    if (!(rounded >= -0x1p31F && rounded < 0x1p31F)) {
      fail(name, fmt::format("tensor {}: {} does not fit an int32", in_quotes(entry.name), value));
    }
    const auto whole = static_cast<std::int32_t>(rounded);
    std::memcpy(to + i * sizeof whole, &whole, sizeof whole);
  }
}

// Decodes group by group; `shards` has been checked to be as long as the manifest wants.
Weights decode(const Manifest& manifest, std::span<const std::byte> shards, const std::string& name) {
  const auto buffer = std::make_shared<std::vector<std::byte>>(manifest.decoded_size());
  Weights weights;
  const std::byte* from = shards.data();
  std::byte* to = buffer->data();
  for (const auto& group : manifest.groups()) {
    for (const auto& entry : group.entries) {
      decode(entry, from, to, name);
      weights.tensors.push_back({entry.name, entry.dtype, entry.shape, {to, entry.size}});
      from += entry.stored_size;
      to += entry.size;
    }
  }
  weights.storage = buffer;
  return weights;
}

void check_length(const std::string& name, std::size_t wanted, std::size_t got) {
  if (got != wanted) fail(name, fmt::format("the weights want {} bytes of shards, got {}", wanted, got));
}

}  // namespace

Weights read_tfjs(const std::string& manifest_file) {
  const MappedFile file(manifest_file, place);
  const Manifest manifest(file.text(), manifest_file);
  const auto folder = std::filesystem::path(manifest_file).parent_path();

  std::vector<std::unique_ptr<MappedFile>> files;
  for (const auto& group : manifest.groups()) {
    std::size_t size = 0;
    for (const auto& path : group.paths) {
      files.push_back(std::make_unique<MappedFile>((folder / path).string(), place));
      size += files.back()->bytes().size();
    }
    check_length(manifest_file, group.size, size);
  }
  // One file, the common case, is decoded as it lies; tensors may straddle the seams of several.
  if (files.size() == 1) return decode(manifest, files.front()->bytes(), manifest_file);
  std::vector<std::byte> shards;
  shards.reserve(manifest.size());
  for (const auto& one : files) shards.insert(shards.end(), one->bytes().begin(), one->bytes().end());
  return decode(manifest, shards, manifest_file);
}

Weights parse_tfjs(std::string_view manifest_text, std::span<const std::byte> shards, const std::string& name) {
  const Manifest manifest(manifest_text, name);
  check_length(name, manifest.size(), shards.size());
  return decode(manifest, shards, name);
}

}  // namespace workflow
