#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <thread>
#include <tuple>

#include "bytes.h"
#include "catch.h"
#include "weights/weights.h"
#include "temporary_folder.h"

using workflow::DType;
using workflow::ErrorCode;
using workflow::parse_tfjs;
using workflow::read_tfjs;
using workflow::Weights;

namespace {

std::string group(std::string_view weights, std::string_view paths = "\"w.bin\"") {
  return fmt::format(R"([{{"paths":[{}],"weights":[{}]}}])", paths, weights);
}

std::string weight(std::string_view shape, std::string_view dtype, std::string_view quantization = {}) {
  const std::string rest = quantization.empty() ? "" : fmt::format(R"(,"quantization":{})", quantization);
  return fmt::format(R"({{"name":"a","shape":{},"dtype":"{}"{}}})", shape, dtype, rest);
}

std::string refusal(const std::string& manifest, std::string_view shards = {}) {
  const auto [code, message] = error_of([&] { parse_tfjs(manifest, bytes_of(shards), "m"); });
  if (message == "no error") return message;
  CHECK(code == ErrorCode::Unreadable);
  CHECK(message.find("[tfjs] \"m\": ") == 0);
  return message;
}

void says(const std::string& message, std::string_view part) {
  INFO(message);
  CHECK(message.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("uint8 is a float32 times the scale plus the minimum", "[tfjs]") {
  const auto manifest = group(weight("[2,2]", "float32", R"({"dtype":"uint8","scale":0.5,"min":-1.5})"));
  const Weights weights = parse_tfjs(manifest, bytes_of(std::string_view("\x00\x01\x03\xFF", 4)), "m");
  REQUIRE(weights.tensors.size() == 1);
  const auto& tensor = weights.tensors[0];
  CHECK(tensor.name == "a");
  CHECK(tensor.dtype == DType::F32);
  CHECK(tensor.shape == std::vector<std::int64_t>{2, 2});
  CHECK(values_of<float>(tensor) == std::vector<float>{-1.5F, -1.0F, 0.0F, 126.0F});
}

TEST_CASE("uint16 is little endian, and the arithmetic is float32's", "[tfjs]") {
  const auto manifest = group(weight("[3]", "float32", R"({"dtype":"uint16","scale":0.1,"min":-7})"));
  const Weights weights = parse_tfjs(manifest, bytes_of(std::string_view("\x00\x00\x01\x02\xFF\xFF", 6)), "m");
  // 513 * float32(0.1) = 51.3 and 65535 * float32(0.1) = 6553.5, rounded once, less 7, rounded again (numpy's figures).
  const std::vector<float> wanted = {-7.0F, 44.300003F, 6546.5F};
  const auto got = values_of<float>(weights.tensors[0]);
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    CHECK(std::abs(got[i] - wanted[i]) <= std::abs(wanted[i]) * std::numeric_limits<float>::epsilon());
  }
}

TEST_CASE("float16 becomes the same float32", "[tfjs]") {
  const auto manifest = group(weight("[3]", "float32", R"({"dtype":"float16"})"));
  const Weights weights = parse_tfjs(manifest, bytes_of(std::string_view("\x00\x3C\x00\xC0\x01\x00", 6)), "m");
  CHECK(values_of<float>(weights.tensors[0]) == std::vector<float>{1.0F, -2.0F, 0x1p-24F});
}

TEST_CASE("quantised int32 is rounded, half to even, and refused beyond its range", "[tfjs]") {
  const auto manifest = group(weight("[4]", "int32", R"({"dtype":"uint8","scale":0.5,"min":-1})"));
  const Weights weights = parse_tfjs(manifest, bytes_of(std::string_view("\x00\x01\x03\x05", 4)), "m");
  CHECK(weights.tensors[0].dtype == DType::I32);
  CHECK(values_of<std::int32_t>(weights.tensors[0]) == std::vector<std::int32_t>{-1, 0, 0, 2});
  says(refusal(group(weight("[1]", "int32", R"({"dtype":"uint8","scale":1e10,"min":0})")), "\x01"), "does not fit an int32");
  says(refusal(group(weight("[1]", "int32", R"({"dtype":"uint8","scale":3e38,"min":0})")), "\xFF"), "does not fit an int32");
}

TEST_CASE("what is not quantised comes as it is", "[tfjs]") {
  const std::string manifest = R"([{"paths":["w"],"weights":[{"name":"f","shape":[1],"dtype":"float32"},
    {"name":"i","shape":[],"dtype":"int32"},{"name":"b","shape":[2],"dtype":"bool"},{"name":"u","shape":[1],"dtype":"uint8"}]}])";
  const Weights weights =
      parse_tfjs(manifest, bytes_of(std::string_view("\x00\x00\xC0\x3F\xFE\xFF\xFF\xFF\x01\x00\x09", 11)), "m");
  REQUIRE(weights.tensors.size() == 4);
  CHECK(values_of<float>(*weights.find("f")) == std::vector<float>{1.5F});
  CHECK(values_of<std::int32_t>(*weights.find("i")) == std::vector<std::int32_t>{-2});
  CHECK(weights.find("b")->dtype == DType::Bool);
  CHECK(values_of<std::uint8_t>(*weights.find("b")) == std::vector<std::uint8_t>{1, 0});
  CHECK(weights.find("u")->dtype == DType::U8);
}

TEST_CASE("empty tensors take no bytes, a scalar takes one element", "[tfjs]") {
  const Weights weights = parse_tfjs(group(weight("[3,0]", "float32")), {}, "m");
  CHECK(weights.tensors.at(0).data.empty());
  CHECK(parse_tfjs(group(""), {}, "m").tensors.empty());
  CHECK(parse_tfjs("[]", {}, "m").tensors.empty());
  CHECK(parse_tfjs(group(weight("[]", "float32")), bytes_of(std::string_view("1234")), "m").tensors[0].data.size() == 4);
}

TEST_CASE("strings and other types are refused by name", "[tfjs]") {
  for (const char* type : {"string", "complex64", "float16", "", "int64"}) {
    says(refusal(group(weight("[1]", type)), "12345678"),
         fmt::format("tensor \"a\": wanted dtype float32, int32, bool or uint8, got \"{}\"", type));
  }
  for (const char* quantization : {R"({"dtype":"int8","scale":1,"min":0})", R"({"dtype":"uint8","scale":1})",
                                   R"({"dtype":"uint8","min":0,"scale":"1"})", R"({"dtype":"uint8","min":0,"scale":1e39})",
                                   R"({"scale":1,"min":0})", "[]", "null"}) {
    INFO(quantization);
    CHECK(refusal(group(weight("[1]", "float32", quantization)), "1").find("tensor \"a\": ") != std::string::npos);
  }
  says(refusal(group(weight("[1]", "bool", R"({"dtype":"uint8","scale":1,"min":0})")), "1"),
       "quantization \"uint8\" of BOOL");
  says(refusal(group(weight("[1]", "int32", R"({"dtype":"float16"})")), "12"), "quantization \"float16\" of I32");
}

TEST_CASE("a manifest that is not one is refused", "[tfjs]") {
  for (const char* manifest : {"", "{}", "1", "[1]", "[{}]", R"([{"paths":[]}])", R"([{"paths":[1],"weights":[]}])",
                               R"([{"paths":[],"weights":[1]}])", R"([{"paths":[],"weights":[{"name":"a"}]}])",
                               R"([{"paths":[],"weights":[{"name":"a","shape":[1]}]}])", R"({"weightsManifest":{}})"}) {
    INFO(manifest);
    CHECK(refusal(manifest) != "no error");
  }
  says(refusal(group(weight("[]", "bool") + "," + weight("[]", "bool")), "12"), "tensor \"a\": the name stands twice");
}

TEST_CASE("shapes that no tensor can have are refused before anything is allocated", "[tfjs]") {
  for (const char* shape : {"[-1]", "[4294967296,4294967296]", "[9223372036854775807]", "[0,9223372036854775807,2]"}) {
    INFO(shape);
    says(refusal(group(weight(shape, "float32"))), "no tensor can have the shape");
  }
  says(refusal(group(weight("[1000000000000]", "float32"))), "the weights want 4000000000000 bytes of shards, got 0");
  says(refusal(group(weight("[0.5]", "float32"))), "wanted integers of 64 bits in shape");
  const auto large = [](char name) {
    return fmt::format(R"({{"name":"{}","shape":[9000000000000000000],"dtype":"bool"}})", name);
  };
  says(refusal(group(fmt::format("{},{}", large('a'), large('b')))), "too large together");
}

TEST_CASE("shards that are short or long are refused", "[tfjs]") {
  const auto manifest = group(weight("[2]", "float32"));
  says(refusal(manifest, "1234567"), "the weights want 8 bytes of shards, got 7");
  says(refusal(manifest, "123456789"), "the weights want 8 bytes of shards, got 9");
}

TEST_CASE("tensors straddle the seam between two shards of a group", "[tfjs]") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "sub");
  const auto groups = group(weight("[4]", "uint8"), R"("a.bin","sub/b.bin")");
  write_file(folder / "model.json", fmt::format(R"({{"format":"graph-model","weightsManifest":{}}})", groups));
  write_file(folder / "a.bin", "xyz");
  write_file(folder / "sub/b.bin", "w");
  const Weights weights = read_tfjs(folder / "model.json");
  CHECK(values_of<char>(weights.tensors.at(0)) == std::vector<char>{'x', 'y', 'z', 'w'});
}

TEST_CASE("a missing, short or long shard is an error that names the file", "[tfjs]") {
  const TemporaryFolder folder;
  write_file(folder / "m.json", group(weight("[4]", "uint8")));
  auto [code, message] = error_of([&] { read_tfjs(folder / "m.json"); });
  CHECK(code == ErrorCode::NotFound);
  says(message, "w.bin");
  for (const char* shard : {"", "123", "12345"}) {
    write_file(folder / "w.bin", shard);
    std::tie(code, message) = error_of([&] { read_tfjs(folder / "m.json"); });
    CHECK(code == ErrorCode::Unreadable);
    says(message, fmt::format("want 4 bytes of shards, got {}", std::string_view(shard).size()));
  }
  CHECK(error_of([&] { read_tfjs(folder / "missing.json"); }).first == ErrorCode::NotFound);
}

TEST_CASE("one group's missing bytes are not taken from the next", "[tfjs]") {
  const TemporaryFolder folder;
  write_file(folder / "m.json", R"([{"paths":["a"],"weights":[{"name":"a","shape":[2],"dtype":"uint8"}]},
                                    {"paths":["b"],"weights":[{"name":"b","shape":[2],"dtype":"uint8"}]}])");
  write_file(folder / "a", "1");
  write_file(folder / "b", "234");
  CHECK(error_of([&] { read_tfjs(folder / "m.json"); }).first == ErrorCode::Unreadable);
  write_file(folder / "a", "12");
  write_file(folder / "b", "34");
  CHECK(values_of<char>(*read_tfjs(folder / "m.json").find("b")) == std::vector<char>{'3', '4'});
}

TEST_CASE("a shard outside the manifest's folder is refused, and so is one named twice", "[tfjs]") {
  for (const char* path :
       {"/etc/passwd", "../w.bin", "sub/../../w.bin", "..", "", "C:w.bin", R"(\\\\host\\w.bin)", "file://w", R"(w\u0000)"}) {
    INFO(path);
    says(refusal(group("", fmt::format("\"{}\"", path))), "wanted a path inside the manifest's folder");
  }
  says(refusal(group("", R"("w.bin","./w.bin")")), "is named twice");
}

TEST_CASE("a manifest that ends anywhere before its end is refused", "[tfjs]") {
  const auto manifest = group(weight("[1]", "float32", R"({"dtype":"uint8","scale":0.5,"min":-1.5})"));
  for (std::size_t length = 0; length < manifest.size(); ++length)
    CHECK(refusal(manifest.substr(0, length), "1") != "no error");
  CHECK(refusal(manifest, "1") == "no error");
}

TEST_CASE("two threads read one manifest at once", "[tfjs]") {
  const TemporaryFolder folder;
  write_file(folder / "m.json", group(weight("[4]", "uint8")));
  write_file(folder / "w.bin", "abcd");
  std::atomic<int> right = 0;
  const auto work = [&] {
    for (int i = 0; i < 200; ++i) right += values_of<char>(read_tfjs(folder / "m.json").tensors.at(0)).back() == 'd';
  };
  std::thread other(work);
  work();
  other.join();
  CHECK(right == 400);
}

TEST_CASE("the face package's weights are read", "[tfjs]") {
  const char* const set = std::getenv("WORKFLOW_NPM");
  const char* const home = std::getenv("HOME");
  const std::filesystem::path npm =
      set ? std::filesystem::path(set) : std::filesystem::path(home ? home : "") / ".cache/workflow/npm";
  const auto models = npm / "vladmandic-face-api-1.7.15/model";
  if (!std::filesystem::is_directory(models)) {
    WARN("skipped: no " << models);
    return;
  }
  const std::map<std::string, std::size_t> tensors = {{"tiny_face_detector_model", 19},
                                                      {"face_expression_model", 49},
                                                      {"age_gender_model", 51},
                                                      {"face_landmark_68_model", 49},
                                                      {"face_recognition_model", 117}};
  for (const auto& [name, count] : tensors) {
    const Weights weights = read_tfjs((models / (name + "-weights_manifest.json")).string());
    CHECK(weights.tensors.size() == count);
    for (const auto& tensor : weights.tensors) CHECK(tensor.data.size() > 0);
  }
}
