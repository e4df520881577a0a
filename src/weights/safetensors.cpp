#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <utility>

#include "base/atomic_file.h"
#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "weights/weights.h"
#include "workflow/base/error.h"
#include "workflow/base/json.h"

namespace workflow {
namespace {

constexpr std::string_view place = "safetensors";
constexpr std::string_view metadata_key = "__metadata__";
constexpr std::size_t prefix_size = 8;
constexpr std::uint64_t longest_header = 100'000'000;  // upstream's limit

// Reads one file's bytes; every error begins with the file's name.
class Reader {
 public:
  Reader(std::span<const std::byte> bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  Weights read() {
    const Json header = read_header();
    Weights weights;
    for (const auto& [key, value] : header.members()) {
      if (key == metadata_key) {
        read_metadata(value, weights);
      } else {
        weights.tensors.push_back(read_tensor(key, value));
      }
    }
    check_coverage(weights.tensors);
    return weights;
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw Error(ErrorCode::Unreadable, place, fmt::format("{}: {}", in_quotes(name_), what));
  }
  [[noreturn]] void fail(const std::string& tensor, std::string_view what) const {
    fail(fmt::format("tensor {}: {}", in_quotes(tensor), what));
  }

  Json read_header() {
    if (bytes_.size() < prefix_size) fail(fmt::format("wanted at least {} bytes, got {}", prefix_size, bytes_.size()));
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < prefix_size; ++i) length |= std::to_integer<std::uint64_t>(bytes_[i]) << (8 * i);
    if (length > longest_header) fail(fmt::format("wanted a header of at most {} bytes, got {}", longest_header, length));
    const auto rest = bytes_.subspan(prefix_size);
    if (length > rest.size())
      fail(fmt::format("the header has {} bytes, the file only {} after its length", length, rest.size()));
    const auto header = rest.first(static_cast<std::size_t>(length));
    data_ = rest.subspan(header.size());
    const std::string_view text(reinterpret_cast<const char*>(header.data()), header.size());
    if (!text.starts_with('{')) fail("wanted a header that begins with '{': is this a safetensors file?");
    try {
      return Json::parse(text);
    } catch (const Error& error) {
      fail(fmt::format("header: {}", error.text()));
    }
  }

  void read_metadata(const Json& json, Weights& weights) const {
    if (!json.is_object()) fail(fmt::format("{}: wanted an object, got {}", metadata_key, json.type_name()));
    for (const auto& [key, value] : json.members()) {
      if (!value.is_string())
        fail(fmt::format("{}: {}: wanted a string, got {}", metadata_key, in_quotes(key), value.type_name()));
      weights.metadata.emplace(key, value.string());
    }
  }

  TensorView read_tensor(const std::string& name, const Json& json) const {
    if (!json.is_object()) fail(name, fmt::format("wanted an object, got {}", json.type_name()));
    TensorView tensor;
    tensor.name = name;

    const Json* const type = json.find("dtype");
    if (!type || !type->is_string()) fail(name, "wanted a dtype");
    const auto dtype = dtype_named(type->string());
    if (!dtype) fail(name, fmt::format("dtype {} is not known here", in_quotes(type->string())));
    tensor.dtype = *dtype;

    tensor.shape = read_integers(name, json, "shape");
    const auto wanted = byte_count(tensor.shape, size_of(*dtype));
    if (!wanted) fail(name, fmt::format("no tensor can have the shape {}", shape_text(tensor.shape)));

    const auto offsets = read_integers(name, json, "data_offsets");
    if (offsets.size() != 2) fail(name, fmt::format("wanted two data_offsets, got {}", offsets.size()));
    if (offsets[0] < 0 || offsets[1] < offsets[0] || static_cast<std::uint64_t>(offsets[1]) > data_.size()) {
      fail(name, fmt::format("data_offsets {} lie outside the file's {} bytes of data", shape_text(offsets), data_.size()));
    }
    const auto size = static_cast<std::size_t>(offsets[1] - offsets[0]);
    if (size != *wanted) {
      fail(name, fmt::format("{} {} wants {} bytes, got {}", name_of(*dtype), shape_text(tensor.shape), *wanted, size));
    }
    tensor.data = data_.subspan(static_cast<std::size_t>(offsets[0]), size);
    return tensor;
  }

  std::vector<std::int64_t> read_integers(const std::string& name, const Json& json, std::string_view key) const {
    const Json* const list = json.find(key);
    if (!list || !list->is_array()) fail(name, fmt::format("wanted a list of integers as {}", key));
    std::vector<std::int64_t> values;
    values.reserve(list->size());
    for (const auto& value : list->items()) {
      if (!value.is_integer()) fail(name, fmt::format("wanted integers of 64 bits in {}, got {}", key, value.type_name()));
      values.push_back(value.integer());
    }
    return values;
  }

  // As upstream: the tensors tile the data without a gap, so that nothing can hide in the file.
  void check_coverage(const std::vector<TensorView>& tensors) const {
    const auto begin = [&](const TensorView* tensor) {
      return static_cast<std::size_t>(tensor->data.data() - data_.data());
    };
    std::vector<const TensorView*> ordered;
    ordered.reserve(tensors.size());
    for (const auto& tensor : tensors) ordered.push_back(&tensor);
    std::sort(ordered.begin(), ordered.end(), [&](const TensorView* a, const TensorView* b) {
      return std::pair(begin(a), a->data.size()) < std::pair(begin(b), b->data.size());
    });
    std::size_t end = 0;
    for (const auto* tensor : ordered) {
      if (begin(tensor) < end)
        fail(tensor->name, fmt::format("begins at {}, within a tensor that ends at {}", begin(tensor), end));
      if (begin(tensor) > end) fail(tensor->name, fmt::format("begins at {}, after a gap from {}", begin(tensor), end));
      end = begin(tensor) + tensor->data.size();
    }
    if (end != data_.size()) fail(fmt::format("the tensors end at {}, the file's data at {}", end, data_.size()));
  }

  std::span<const std::byte> bytes_;
  const std::string& name_;
  std::span<const std::byte> data_;
};

[[noreturn]] void refuse(const std::string& file, std::string_view what) {
  throw Error(ErrorCode::InvalidValue, place, fmt::format("{}: {}", in_quotes(file), what));
}

void check_tensors(const std::string& file, const std::vector<TensorView>& tensors) {
  std::set<std::string_view> names = {metadata_key};
  for (const auto& tensor : tensors) {
    const auto& name = tensor.name;
    if (!names.insert(name).second) refuse(file, fmt::format("tensor {}: the name is taken", in_quotes(name)));
    const auto wanted = byte_count(tensor.shape, size_of(tensor.dtype));
    if (!wanted)
      refuse(file, fmt::format("tensor {}: no tensor can have the shape {}", in_quotes(name), shape_text(tensor.shape)));
    if (*wanted != tensor.data.size()) {
      refuse(file, fmt::format("tensor {}: {} {} wants {} bytes, got {}", in_quotes(name), name_of(tensor.dtype),
                               shape_text(tensor.shape), *wanted, tensor.data.size()));
    }
  }
}

// Largest elements first: with a header of a multiple of 8 bytes every tensor then lies aligned.
std::vector<const TensorView*> in_data_order(const std::vector<TensorView>& tensors) {
  std::vector<const TensorView*> ordered;
  ordered.reserve(tensors.size());
  for (const auto& tensor : tensors) ordered.push_back(&tensor);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const TensorView* a, const TensorView* b) { return size_of(a->dtype) > size_of(b->dtype); });
  return ordered;
}

std::string header_text(const std::string& file, const Weights& weights, const std::vector<const TensorView*>& data_order) {
  std::map<const TensorView*, std::size_t> offsets;
  std::size_t end = 0;
  for (const auto* tensor : data_order) {
    offsets[tensor] = end;
    end += tensor->data.size();
  }
  Json header = Json::object();
  for (const auto& [key, value] : weights.metadata) header[metadata_key][key] = value;
  for (const auto& tensor : weights.tensors) {
    const std::size_t begin = offsets[&tensor];
    header[tensor.name] = Json::object({{"dtype", name_of(tensor.dtype)},
                                        {"shape", Json::array({tensor.shape.begin(), tensor.shape.end()})},
                                        {"data_offsets", Json::array({begin, begin + tensor.data.size()})}});
  }
  std::string text = header.dump();
  if (Json::parse(text) != header) refuse(file, "a tensor's name or the metadata is not UTF-8");
  text.append((prefix_size - text.size() % prefix_size) % prefix_size, ' ');
  if (text.size() > longest_header) {
    refuse(file, fmt::format("the header would have {} bytes, more than {}", text.size(), longest_header));
  }
  return text;
}

// The file's parts one after the other.
void write(const std::string& file, const Weights& weights, const std::function<void(std::span<const std::byte>)>& out) {
  const auto data_order = in_data_order(weights.tensors);
  const std::string header = header_text(file, weights, data_order);
  std::array<std::byte, prefix_size> prefix = {};
  for (std::size_t i = 0; i < prefix_size; ++i) prefix[i] = static_cast<std::byte>((header.size() >> (8 * i)) & 0xFFU);
  out(prefix);
  out(std::as_bytes(std::span(header)));
  for (const auto* tensor : data_order) out(tensor->data);
}

}  // namespace

Weights read_safetensors(const std::string& file) {
  const auto mapped = std::make_shared<MappedFile>(file, place);
  return parse_safetensors(mapped->bytes(), file, mapped);
}

Weights parse_safetensors(std::span<const std::byte> bytes, const std::string& name, std::shared_ptr<const void> storage) {
  Weights weights = Reader(bytes, name).read();
  weights.storage = std::move(storage);
  return weights;
}

void write_safetensors(const std::string& file, const Weights& weights) {
  check_tensors(file, weights.tensors);
  AtomicFile out(file, std::string(place));
  write(file, weights, [&](std::span<const std::byte> bytes) { out.write(bytes); });
  out.commit();
}

std::vector<std::byte> safetensors_bytes(const std::string& name, const Weights& weights) {
  check_tensors(name, weights.tensors);
  std::vector<std::byte> all;
  write(name, weights, [&](std::span<const std::byte> bytes) { all.insert(all.end(), bytes.begin(), bytes.end()); });
  return all;
}

}  // namespace workflow
