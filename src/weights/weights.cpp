#include "weights/weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/mapped_file.h"

namespace workflow {
namespace {

struct TypeFacts {
  DType type;
  std::string_view name;
  std::size_t size;
};

constexpr std::array<TypeFacts, 10> types = {{
    {DType::Bool, "BOOL", 1},
    {DType::U8, "U8", 1},
    {DType::I8, "I8", 1},
    {DType::I16, "I16", 2},
    {DType::I32, "I32", 4},
    {DType::I64, "I64", 8},
    {DType::F16, "F16", 2},
    {DType::BF16, "BF16", 2},
    {DType::F32, "F32", 4},
    {DType::F64, "F64", 8},
}};

const TypeFacts& facts(DType type) { return types.at(static_cast<std::size_t>(type)); }

}  // namespace

std::size_t size_of(DType type) { return facts(type).size; }

std::string_view name_of(DType type) { return facts(type).name; }

std::optional<DType> dtype_named(std::string_view name) {
  for (const auto& one : types) {
    if (one.name == name) return one.type;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> byte_count(const std::vector<std::int64_t>& shape, std::size_t element_size) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  std::uint64_t bytes = element_size;
  bool empty = false;
  for (const auto length : shape) {
    if (length < 0) return std::nullopt;
    const auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(length, 1));
    if (bytes > most / size) return std::nullopt;
    bytes *= size;
    empty = empty || length == 0;
  }
  return empty ? 0 : bytes;
}

std::string shape_text(const std::vector<std::int64_t>& shape) { return fmt::format("[{}]", fmt::join(shape, ",")); }

Weights read_weights(const std::string& file) {
  const auto mapped = std::make_shared<MappedFile>(file, "weights");
  return parse_weights(mapped->bytes(), file, mapped);
}

Weights parse_weights(std::span<const std::byte> bytes, const std::string& name, std::shared_ptr<const void> storage) {
  if (is_torchscript(bytes)) return {.storage = std::move(storage), .program = bytes};
  return is_pth(bytes) ? parse_pth(bytes, name, std::move(storage)) : parse_safetensors(bytes, name, std::move(storage));
}

const TensorView* Weights::find(std::string_view name) const {
  for (const auto& tensor : tensors) {
    if (tensor.name == name) return &tensor;
  }
  return nullptr;
}

}  // namespace workflow
