#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <limits>
#include <thread>

#include "bytes.h"
#include "catch.h"
#include "weights/weights.h"
#include "temporary_folder.h"

using workflow::DType;
using workflow::ErrorCode;
using workflow::parse_safetensors;
using workflow::read_safetensors;
using workflow::TensorView;
using workflow::Weights;
using workflow::write_safetensors;

namespace {

std::string file_of(std::string_view header, std::string_view data, std::uint64_t header_length) {
  std::string file;
  for (int i = 0; i < 8; ++i) file += static_cast<char>((header_length >> (8 * i)) & 0xFFU);
  file += header;
  file += data;
  return file;
}

std::string file_of(std::string_view header, std::string_view data = {}) { return file_of(header, data, header.size()); }

std::string tensor(std::string_view dtype, std::string_view shape, std::string_view offsets, std::string_view name = "a") {
  return fmt::format(R"("{}":{{"dtype":"{}","shape":{},"data_offsets":{}}})", name, dtype, shape, offsets);
}

template <class... Tensors>
std::string header(const Tensors&... tensors) {
  return fmt::format("{{{}}}", fmt::join(std::vector<std::string>{tensors...}, ","));
}

// The message of refusing the bytes, less the file's name.
std::string refusal(const std::string& file) {
  const auto [code, message] = error_of([&] { parse_safetensors(bytes_of(file), "f"); });
  if (message == "no error") return message;
  CHECK(code == ErrorCode::Unreadable);
  const std::string head = "[safetensors] \"f\": ";
  CHECK(message.substr(0, head.size()) == head);
  return message.substr(head.size());
}

bool says(const std::string& message, std::string_view part) {
  INFO(message);
  CHECK(message.find(part) != std::string::npos);
  return message.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what is written is read back: types, shapes, bytes, order, metadata", "[safetensors]") {
  const TemporaryFolder folder;
  const std::vector<float> floats = {1.5F, -2.0F, std::numeric_limits<float>::quiet_NaN(), 0.0F, 1e-40F, 3.0F};
  const std::vector<std::int64_t> longs = {std::numeric_limits<std::int64_t>::min(), 7};
  const std::string odd = "xyz";
  Weights weights;
  weights.tensors = {{"bytes", DType::U8, {3}, bytes_of(odd)},
                     {"conv.weight", DType::F32, {3, 2}, bytes_of(floats)},
                     {"empty", DType::F16, {4, 0, 2}, {}},
                     {"scalar", DType::Bool, {}, bytes_of(odd).first(1)},
                     {"näme \"\\\n", DType::I64, {2, 1}, bytes_of(longs)}};
  weights.metadata = {{"format", "pt"}, {"source", "ünïcode"}};
  write_safetensors(folder / "w.safetensors", weights);

  const Weights back = read_safetensors(folder / "w.safetensors");
  CHECK(back.metadata == weights.metadata);
  REQUIRE(back.tensors.size() == weights.tensors.size());
  for (std::size_t i = 0; i < back.tensors.size(); ++i) {
    const TensorView& got = back.tensors[i];
    const TensorView& wanted = weights.tensors[i];
    CHECK(got.name == wanted.name);
    CHECK(got.dtype == wanted.dtype);
    CHECK(got.shape == wanted.shape);
    CHECK(std::equal(got.data.begin(), got.data.end(), wanted.data.begin(), wanted.data.end()));
    // A mapping begins at a page: aligned in the file is aligned in memory.
    CHECK(reinterpret_cast<std::uintptr_t>(got.data.data()) % workflow::size_of(got.dtype) == 0);
  }
  CHECK(back.find("scalar") == &back.tensors[3]);
  CHECK(back.find("missing") == nullptr);
}

TEST_CASE("weights without a tensor are written and read", "[safetensors]") {
  const TemporaryFolder folder;
  write_safetensors(folder / "w", {});
  CHECK(read_safetensors(folder / "w").tensors.empty());
  CHECK(parse_safetensors(bytes_of(file_of("{}")), "f").tensors.empty());
}

TEST_CASE("tensors outlive the call and the file's name", "[safetensors]") {
  const TemporaryFolder folder;
  const std::vector<float> floats(5000, 2.5F);
  Weights copy;
  {
    Weights weights;
    weights.tensors = {{"a", DType::F32, {5000}, bytes_of(floats)}};
    write_safetensors(folder / "w", weights);
    copy = read_safetensors(folder / "w");
  }
  std::filesystem::remove(folder / "w");
  CHECK(values_of<float>(copy.tensors[0]) == floats);
}

TEST_CASE("a file that ends anywhere before its end is refused", "[safetensors]") {
  const std::string file = file_of(header(tensor("F32", "[2]", "[0,8]"), tensor("U8", "[3]", "[8,11]", "b")), "12345678abc");
  CHECK(refusal(file) == "no error");
  for (std::size_t length = 0; length < file.size(); ++length) {
    INFO(length);
    CHECK(refusal(file.substr(0, length)) != "no error");
  }
  says(refusal(file + "x"), "the tensors end at 11, the file's data at 12");
}

TEST_CASE("a header's length that lies is refused", "[safetensors]") {
  says(refusal(file_of("{}", "", std::uint64_t{1} << 63U)),
       "wanted a header of at most 100000000 bytes, got 9223372036854775808");
  says(refusal(file_of("{}", "", std::numeric_limits<std::uint64_t>::max())), "wanted a header of at most");
  says(refusal(file_of("{}", "", 3)), "the header has 3 bytes, the file only 2");
  says(refusal(file_of("{}", "", 0)), "begins with '{'");
  says(refusal("short"), "wanted at least 8 bytes, got 5");
}

TEST_CASE("a header that is no JSON object is refused", "[safetensors]") {
  for (const char* header : {"[]", "null", " {}", "\xEF\xBB\xBF{}", "x"}) says(refusal(file_of(header)), "begins with '{'");
  says(refusal(file_of("{\"a\":")), "header: line 1, column 5");
  says(refusal(file_of("{} {}")), "header: line 1");
  says(refusal(file_of(std::string_view("{}\0\0", 4))), "zero byte");
  says(refusal(file_of("{\"a\":" + std::string(100'000, '['))), "nested deeper than 200");
  says(refusal(file_of("{\"a\xFF\":{}}")), "UTF-8");
  CHECK(refusal(file_of("{}   ")) == "no error");
}

TEST_CASE("a tensor that lacks a field or has one of another kind is refused by name", "[safetensors]") {
  for (const char* value :
       {"1", "null", "[]", "{}", R"({"dtype":1,"shape":[],"data_offsets":[0,0]})", R"({"dtype":"U8"})",
        R"({"dtype":"U8","shape":[]})", R"({"dtype":"U8","shape":3,"data_offsets":[0,0]})",
        R"({"dtype":"U8","shape":[0.5],"data_offsets":[0,0]})", R"({"dtype":"U8","shape":[0],"data_offsets":"x"})",
        R"({"dtype":"U8","shape":[0],"data_offsets":[0]})", R"({"dtype":"U8","shape":[0],"data_offsets":[0,0,0]})",
        R"({"dtype":"U8","shape":[0],"data_offsets":[0,null]})"}) {
    INFO(value);
    CHECK(refusal(file_of(fmt::format(R"({{"a.b":{}}})", value))).find("tensor \"a.b\": wanted") == 0);
  }
}

TEST_CASE("types that are not known are refused by name", "[safetensors]") {
  for (const char* type : {"F8_E4M3", "U16", "f32", "", "C64"}) {
    says(refusal(file_of(header(tensor(type, "[1]", "[0,1]")), "x")),
         fmt::format("tensor \"a\": dtype \"{}\" is not known", type));
  }
}

TEST_CASE("a shape that no tensor can have is refused, whatever its product wraps to", "[safetensors]") {
  for (const char* shape : {"[-1]", "[-1,-1]", "[4294967296,4294967296]", "[9223372036854775807,2]",
                            "[2305843009213693952,4]", "[0,4294967296,4294967296]"}) {
    INFO(shape);
    says(refusal(file_of(header(tensor("F32", shape, "[0,0]")))), "no tensor can have the shape");
  }
  says(refusal(file_of(header(tensor("U8", "[9223372036854775808]", "[0,0]")))), "wanted integers of 64 bits in shape");
  says(refusal(file_of(header(tensor("U8", "[9223372036854775807]", "[0,0]")))), "wants 9223372036854775807 bytes, got 0");
}

TEST_CASE("offsets that leave the file, run backwards or disagree with the shape are refused", "[safetensors]") {
  for (const char* offsets :
       {"[0,5]", "[4,8]", "[-4,0]", "[4,0]", "[0,9223372036854775807]", "[9223372036854775806,9223372036854775807]"}) {
    INFO(offsets);
    says(refusal(file_of(header(tensor("F32", "[1]", offsets)), "1234")), "lie outside the file's 4 bytes of data");
  }
  says(refusal(file_of(header(tensor("F32", "[1]", "[0,3]")), "1234")), "F32 [1] wants 4 bytes, got 3");
  says(refusal(file_of(header(tensor("F32", "[]", "[0,0]")))), "F32 [] wants 4 bytes, got 0");
}

TEST_CASE("tensors that overlap, leave a gap or share a name are refused", "[safetensors]") {
  const auto two = [](std::string_view first, std::string_view second) {
    return file_of(header(tensor("U8", "[2]", first), tensor("U8", "[2]", second, "b")), "1234");
  };
  CHECK(refusal(two("[2,4]", "[0,2]")) == "no error");
  says(refusal(two("[0,2]", "[1,3]")), "tensor \"b\": begins at 1, within a tensor that ends at 2");
  says(refusal(two("[0,2]", "[0,2]")), "begins at 0, within a tensor that ends at 2");
  says(refusal(file_of(header(tensor("U8", "[1]", "[0,1]"), tensor("U8", "[1]", "[2,3]", "b")), "123")),
       "tensor \"b\": begins at 2, after a gap from 1");
  says(refusal(file_of(header(tensor("U8", "[2]", "[2,4]")), "1234")), "after a gap from 0");
  says(refusal(file_of(header(tensor("U8", "[2]", "[0,2]"), tensor("U8", "[2]", "[2,4]")), "1234")), "stands twice");
  CHECK(refusal(file_of(
            header(tensor("U8", "[0]", "[2,2]"), tensor("U8", "[2]", "[0,2]", "b"), tensor("U8", "[0]", "[0,0]", "c")),
            "12")) == "no error");
}

TEST_CASE("metadata holds texts alone", "[safetensors]") {
  CHECK(parse_safetensors(bytes_of(file_of(R"({"__metadata__":{"a":"b"}})")), "f").metadata.at("a") == "b");
  says(refusal(file_of(R"({"__metadata__":{"a":1}})")), "__metadata__: \"a\": wanted a string, got an integer");
  says(refusal(file_of(R"({"__metadata__":[]})")), "__metadata__: wanted an object, got an array");
}

TEST_CASE("a missing file and a folder are told apart from a broken file", "[safetensors]") {
  const TemporaryFolder folder;
  CHECK(error_of([&] { read_safetensors(folder / "missing"); }).first == ErrorCode::NotFound);
  CHECK(error_of([&] { read_safetensors(folder.path().string()); }).first == ErrorCode::Unreadable);
  write_file(folder / "empty", "");
  CHECK(error_of([&] { read_safetensors(folder / "empty"); }).first == ErrorCode::Unreadable);
}

TEST_CASE("tensors that no reader would take are not written", "[safetensors]") {
  const TemporaryFolder folder;
  const std::string data = "1234";
  const std::vector<std::vector<TensorView>> wrong = {
      {{"a", DType::U8, {4}, bytes_of(data)}, {"a", DType::U8, {4}, bytes_of(data)}},
      {{"__metadata__", DType::U8, {4}, bytes_of(data)}},
      {{"a", DType::F32, {2}, bytes_of(data)}},
      {{"a", DType::U8, {-4}, bytes_of(data)}},
      {{"a\xFF", DType::U8, {4}, bytes_of(data)}},
  };
  for (const auto& tensors : wrong) {
    Weights weights;
    weights.tensors = tensors;
    CHECK(error_of([&] { write_safetensors(folder / "w", weights); }).first == ErrorCode::InvalidValue);
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a disk that refuses is a failure that leaves nothing behind", "[safetensors]") {
  const TemporaryFolder folder;
  const auto [code, message] = error_of([&] { write_safetensors(folder / "missing/w", {}); });
  CHECK(code == ErrorCode::Failed);
  says(message, "No such file or directory");
  std::filesystem::create_directory(folder / "w");
  CHECK(error_of([&] { write_safetensors(folder / "w", {}); }).first == ErrorCode::Failed);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("two threads read one file and write another at once", "[safetensors]") {
  const TemporaryFolder folder;
  const std::vector<float> floats = {1, 2, 3};
  Weights weights;
  weights.tensors = {{"a", DType::F32, {3}, bytes_of(floats)}};
  write_safetensors(folder / "w", weights);
  std::atomic<int> right = 0;
  const auto work = [&] {
    for (int i = 0; i < 20; ++i) {
      right += values_of<float>(read_safetensors(folder / "w").tensors.at(0)) == floats;
      write_safetensors(folder / "w", weights);
    }
  };
  std::thread other(work);
  work();
  other.join();
  CHECK(right == 40);
}

TEST_CASE("the mirror's and the golden files are read, and written again hold the same", "[safetensors]") {
  const std::filesystem::path shared = WORKFLOW_SOURCE_DIR "/../shared/models";
  if (!std::filesystem::is_directory(shared)) {
    WARN("skipped: no " << shared);
    return;
  }
  const TemporaryFolder folder;
  int files = 0;
  for (const char* name : {"mirror", "golden"}) {
    for (const auto& entry : std::filesystem::directory_iterator(shared / name)) {
      if (entry.path().extension() != ".safetensors") continue;
      ++files;
      const Weights weights = read_safetensors(entry.path().string());
      write_safetensors(folder / "w", weights);
      const Weights back = read_safetensors(folder / "w");
      REQUIRE(back.tensors.size() == weights.tensors.size());
      CHECK(back.metadata == weights.metadata);
      bool same = !back.tensors.empty();
      for (std::size_t i = 0; i < back.tensors.size(); ++i) {
        const auto& a = weights.tensors[i];
        const auto& b = back.tensors[i];
        same = same && a.name == b.name && a.dtype == b.dtype && a.shape == b.shape &&
               std::equal(a.data.begin(), a.data.end(), b.data.begin(), b.data.end());
      }
      INFO(entry.path());
      CHECK(same);
    }
  }
  CHECK(files >= 13);
}
