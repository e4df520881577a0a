#include "weights/weights.h"

#include <limits>

#include "catch.h"

using workflow::byte_count;
using workflow::DType;

TEST_CASE("every element type has its safetensors name and size, and is found by it", "[weights]") {
  const std::vector<std::tuple<DType, std::string, std::size_t>> all = {
      {DType::Bool, "BOOL", 1}, {DType::U8, "U8", 1},   {DType::I8, "I8", 1},   {DType::I16, "I16", 2},
      {DType::I32, "I32", 4},   {DType::I64, "I64", 8}, {DType::F16, "F16", 2}, {DType::BF16, "BF16", 2},
      {DType::F32, "F32", 4},   {DType::F64, "F64", 8}};
  for (const auto& [type, name, size] : all) {
    CHECK(workflow::name_of(type) == name);
    CHECK(workflow::size_of(type) == size);
    CHECK(workflow::dtype_named(name) == type);
  }
  CHECK_FALSE(workflow::dtype_named("F8"));
}

TEST_CASE("a tensor's bytes are counted without overflow", "[weights]") {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  CHECK(byte_count({}, 4) == 4);
  CHECK(byte_count({2, 3}, 4) == 24);
  CHECK(byte_count({2, 0}, 4) == 0);
  CHECK(byte_count({most}, 1) == static_cast<std::uint64_t>(most));
  CHECK_FALSE(byte_count({most}, 2));
  CHECK_FALSE(byte_count({most, 2, 0}, 1));
  CHECK_FALSE(byte_count({0, -1}, 1));
}

TEST_CASE("a tensor is found by its whole name alone", "[weights]") {
  workflow::Weights weights;
  CHECK(weights.find("a") == nullptr);
  weights.tensors = {{"ab", DType::U8, {0}, {}}, {"a", DType::U8, {0}, {}}};
  CHECK(weights.find("a") == &weights.tensors[1]);
  CHECK(weights.find("") == nullptr);
}
