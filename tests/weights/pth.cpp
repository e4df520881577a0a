#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/zip.h"
#include "bytes.h"
#include "catch.h"
#include "temporary_folder.h"
#include "weights/weights.h"

using namespace workflow;
using Catch::Contains;

namespace fs = std::filesystem;

namespace {

const std::string golden = WORKFLOW_SOURCE_DIR "/tests/weights/golden";

// Every file of torch.save() in a folder holds the tensors that lie beside it as safetensors.
int compare_all(const fs::path& folder) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".pth") continue;
    CAPTURE(entry.path());
    const Weights got = read_pth(entry.path().string());
    const Weights wanted = read_safetensors(fs::path(entry.path()).replace_extension(".safetensors").string());
    REQUIRE(got.tensors.size() == wanted.tensors.size());
    for (std::size_t i = 0; i < wanted.tensors.size(); ++i) {
      CAPTURE(wanted.tensors[i].name);
      CHECK(got.tensors[i].name == wanted.tensors[i].name);
      CHECK(got.tensors[i].dtype == wanted.tensors[i].dtype);
      CHECK(got.tensors[i].shape == wanted.tensors[i].shape);
      CHECK(std::ranges::equal(got.tensors[i].data, wanted.tensors[i].data));
    }
    ++files;
  }
  return files;
}

// A pickle's parts by the names of their opcodes.
std::string u32(std::uint32_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xFFU);
  return bytes;
}
std::string word(std::string_view text) { return "X" + u32(static_cast<std::uint32_t>(text.size())) + std::string(text); }
std::string number(std::int64_t value) {
  std::string bytes = "\x8a\x08";
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xFFU);
  return bytes;
}
std::string storage(const std::string& type, std::int64_t elements, const std::string& key = "0") {
  return "(" + word("storage") + "ctorch\n" + type + "\n" + word(key) + word("cpu") + number(elements) + "tQ";
}
std::string numbers(const std::vector<std::int64_t>& values) {
  std::string tuple = "(";
  for (const auto value : values) tuple += number(value);
  return tuple + "t";
}
std::string tensor(const std::string& from, std::int64_t begin, const std::vector<std::int64_t>& shape,
                   const std::vector<std::int64_t>& strides) {
  return "ctorch._utils\n_rebuild_tensor_v2\n(" + from + number(begin) + numbers(shape) + numbers(strides) + "\x89" +
         "ccollections\nOrderedDict\n)RtR";
}
std::string dict(const std::string& items) { return "\x80\x02}(" + items + "u."; }

// What torch.save() would have written with such a pickle, and eight bytes of storage.
std::string archive(const std::string& pickle, const std::string& data = "\1\2\3\4\5\6\7\10") {
  const TemporaryFolder folder;
  ZipWriter zip(folder / "made.pth", "test");
  zip.add("archive/data.pkl", pickle);
  zip.add("archive/data/0", data);
  zip.commit();
  return read_file(folder / "made.pth");
}

Weights parse(const std::string& bytes) { return parse_pth(bytes_of(bytes), "made.pth"); }

std::string fault(const std::string& bytes) {
  const auto [code, text] = error_of([&] { parse(bytes); });
  CHECK(code == ErrorCode::Unreadable);
  CHECK(text.substr(0, text.find('\n')).size() <= 200);
  return text;
}

}  // namespace

TEST_CASE("State dicts of every kind, type, layout and format give PyTorch's own tensors") {
  CHECK(compare_all(golden) >= 15);
}

TEST_CASE("What this machine's PyTorch saves is read as it is") {
  if (std::system("/usr/bin/python3 -c 'import torch' 2>/dev/null") != 0) {
    WARN("skipped, as /usr/bin/python3 has no torch");
    return;
  }
  const TemporaryFolder folder;
  const std::string make =
      "/usr/bin/python3 " WORKFLOW_SOURCE_DIR "/tests/weights/make_pth.py '" + folder.path().string() + "'";
  REQUIRE(std::system((make + " >/dev/null 2>&1").c_str()) == 0);
  CHECK(compare_all(folder.path()) >= 15);
}

TEST_CASE("Row-major tensors lie in the mapped file, and live as long as the weights") {
  Weights copy;
  {
    const Weights weights = read_pth(golden + "/dict.pth");
    copy = weights;
  }
  CHECK(copy.find("steps")->data.size() == 8);
  CHECK(values_of<std::int64_t>(*copy.find("steps")) == std::vector<std::int64_t>{17});
  CHECK(reinterpret_cast<std::uintptr_t>(copy.find("conv.weight")->data.data()) % 64 == 0);
}

TEST_CASE("A made archive is read, so that what follows fails for its own reason") {
  const auto weights = parse(archive(dict(word("w") + tensor(storage("FloatStorage", 2), 0, {2}, {1}))));
  REQUIRE(weights.tensors.size() == 1);
  CHECK(weights.tensors[0].data.size() == 8);
}

TEST_CASE("Nothing that a pickle names outside the list is followed") {
  const std::string run = "(" + word("touch /tmp/workflow-was-here") + "tR";
  for (const std::string callee : {"cos\nsystem\n", "cposix\nsystem\n", "cbuiltins\neval\n", "c__builtin__\nexec\n",
                                   "csubprocess\nPopen\n", "ctorch\nload\n", "ctorch.hub\nload\n", "cnumpy\nload\n"}) {
    CHECK_THAT(fault(archive("\x80\x02" + callee + run + ".")), Contains("is not allowed"));
    CHECK_THAT(fault("\x80\x02" + callee + run + "."), Contains("is not allowed"));
  }
  CHECK_THAT(fault(archive("\x80\x04" + word("os") + word("system") + "\x93" + run + ".")), Contains("os.system"));
  CHECK_THAT(fault(archive("\x80\x02(" + word("x") + "ios\nsystem\n.")), Contains("opcode 0x69"));  // INST
  CHECK_THAT(fault(archive("\x80\x02"
                           "cos\nsystem\n)\x81.")),
             Contains("os.system"));  // NEWOBJ
  CHECK_THAT(fault(archive("\x80\x02"
                           "ccollections\nOrderedDict\n)\x81.")),
             Contains("opcode 0x81"));
  CHECK_THAT(fault(archive("\x80\x02"
                           "Pevil\n.")),
             Contains("opcode 0x50"));                                       // PERSID
  CHECK_THAT(fault(archive("\x80\x02\x82\x01.")), Contains("opcode 0x82"));  // EXT1
  CHECK_THAT(fault(archive("\x80\x02"
                           "ctorch\nFloatStorage\n)R.")),
             Contains("calls a type"));
  CHECK_THAT(fault(archive("\x80\x02" + word("f") + ")R.")), Contains("no function"));
  CHECK_FALSE(fs::exists("/tmp/workflow-was-here"));
}

TEST_CASE("Tensors that reach beyond their storage, overflow or are huge are refused") {
  const auto with = [](const std::string& made) { return fault(archive(dict(word("w") + made))); };
  const std::string two = storage("FloatStorage", 2);
  constexpr std::int64_t huge = std::int64_t{1} << 62;
  CHECK_THAT(with(tensor(two, 0, {3}, {1})), Contains("beyond its storage"));
  CHECK_THAT(with(tensor(two, 1, {2}, {1})), Contains("beyond its storage"));
  CHECK_THAT(with(tensor(two, 0, {2}, {2})), Contains("beyond its storage"));
  CHECK_THAT(with(tensor(two, -1, {2}, {1})), Contains("beyond its storage"));
  CHECK_THAT(with(tensor(two, 0, {2}, {-1})), Contains("beyond its storage"));
  CHECK_THAT(with(tensor(two, 0, {2, 2}, {huge, huge})), Contains("beyond its storage"));
  CHECK_THAT(with(tensor(two, huge, {2}, {huge})), Contains("beyond its storage"));
  CHECK_THAT(with(tensor(two, 0, {-2}, {1})), Contains("no tensor"));
  CHECK_THAT(with(tensor(two, 0, {huge, huge}, {0, 0})), Contains("no tensor"));
  CHECK_THAT(with(tensor(two, 0, {std::int64_t{1} << 40}, {0})), Contains("far more than the file holds"));
  CHECK_THAT(with(tensor(storage("FloatStorage", 3), 0, {2}, {1})), Contains("its storage wants 3"));
  CHECK_THAT(with(tensor(storage("FloatStorage", -1), 0, {2}, {1})), Contains("its storage wants -1"));
  CHECK_THAT(with(tensor(storage("FloatStorage", huge), 0, {2}, {1})), Contains("its storage wants"));
  CHECK_THAT(with(tensor(storage("FloatStorage", 2, "../1"), 0, {2}, {1})), Contains("not in the file"));
  CHECK_THAT(with(tensor(storage("ComplexFloatStorage", 2), 0, {2}, {1})), Contains("is not allowed"));
  CHECK_THAT(with(tensor(two, 0, std::vector<std::int64_t>(65, 1), std::vector<std::int64_t>(65, 1))),
             Contains("not described"));
  CHECK_THAT(with(tensor(two, 0, {2}, {1, 1})), Contains("not described"));
}

TEST_CASE("Pickles that unfold, go round in circles or are cut off end soon") {
  // A list of two of the list before, and so on: 2^40 items for who follows them.
  std::string bomb = "\x80\x02]q" + std::string(1, '\0');
  for (char i = 0; i < 40; ++i) bomb += std::string("](h") + i + "h" + i + "eq" + static_cast<char>(i + 1);
  CHECK_THAT(fault(archive(bomb + ".")), Contains("wanted a dict"));
  CHECK_THAT(fault(archive("\x80\x02}q\1" + word("again") + "h\1s.")), Contains("within 8 levels"));  // a dict in itself

  std::string pairs = "\x80\x02](";
  for (int i = 0; i < 1000; ++i) pairs += word("k") + "N\x86";
  pairs += "eq\1";
  for (int i = 0; i < 3000; ++i) pairs += "ccollections\nOrderedDict\nh\1\x85R";
  CHECK_THAT(fault(archive(pairs + ".")), Contains("at most 2000000 values"));
  CHECK_THAT(fault(archive("\x80\x02" + std::string(3'000'000, ']') + ".")), Contains("at most 2000000 values"));
  CHECK_THAT(fault(archive("\x80\x02]" + std::string(3'000'000, '\x94') + ".")), Contains("at most 2000000 values"));
  CHECK_THAT(fault(archive("\x80\x02" + std::string(1'000'000, '('))), Contains("cut off"));

  const std::string whole = dict(word("w") + tensor(storage("FloatStorage", 2), 0, {2}, {1}));
  for (std::size_t length = 0; length < whole.size(); ++length) fault(archive(whole.substr(0, length)));
  for (const std::string odd :
       {".", "a.", "e.", "s.", "u.", "t.", "R.", "b.", "Q.", "h\1.", "q\1.", "\x85.", "\x93.", "NNs.", "NNa."})
    fault(archive("\x80\x02" + odd));
  CHECK_THAT(fault(archive(dict(""))), Contains("empty"));
  CHECK_THAT(fault(archive(dict(word("a") + "N" + word("b") + "K\1"))),
             Contains("got the keys \\\"a\\\"") || Contains("\"a\", \"b\""));
}

TEST_CASE("Archives that are cut, compressed, overlapping or twofold are refused") {
  const std::string good = read_file(golden + "/dict.pth");
  for (std::size_t length = 0; length < good.size(); length += 7) fault(good.substr(0, length));

  const std::size_t central = good.find("PK\x01\x02");
  std::string compressed = good;
  compressed[central + 10] = 8;
  CHECK_THAT(fault(compressed), Contains("compressed"));
  std::string encrypted = good;
  encrypted[central + 8] = static_cast<char>(encrypted[central + 8] | 1);
  CHECK_THAT(fault(encrypted), Contains("encrypted"));

  // The second entry at the place of the first, as an overlapping zip bomb has it.
  const std::size_t second = good.find("PK\x01\x02", central + 4);
  std::string overlapping = good;
  for (std::size_t i = 0; i < 4; ++i) overlapping[second + 42 + i] = good[central + 42 + i];
  CHECK_THAT(fault(overlapping), Contains("another name") || Contains("overlap"));

  const TemporaryFolder folder;
  {
    ZipWriter zip(folder / "twice.pth", "test");
    zip.add("archive/data.pkl", "x");
    zip.add("archive/data.pkl", "y");
    zip.commit();
  }
  CHECK_THAT(fault(read_file(folder / "twice.pth")), Contains("stands twice"));

  std::string damaged = archive(dict(word("w") + tensor(storage("FloatStorage", 2), 0, {2}, {1})));
  damaged[damaged.find("torch._utils") + 3] = 'x';
  CHECK_THAT(fault(damaged), Contains("damaged"));
}

TEST_CASE("Other files say what they are") {
  CHECK_THAT(error_of([] { read_pth(golden + "/script-plain.pt"); }).second, Contains("TorchScript"));
  CHECK_THAT(fault("hello"), Contains("wanted a file of torch.save"));
  CHECK_THAT(fault(""), Contains("wanted a file of torch.save"));
  CHECK_THAT(fault("\x80\x02K\1."), Contains("another pickle"));
  CHECK(error_of([] { read_pth(golden + "/missing.pth"); }).first == ErrorCode::NotFound);
  const std::string old = read_file(golden + "/odd-old.pth");
  for (std::size_t length = 2; length < old.size(); length += 11) fault(old.substr(0, length));
}

TEST_CASE("One function reads either format by its first bytes") {
  CHECK(read_weights(golden + "/dict.pth").tensors.size() == 3);
  CHECK(read_weights(golden + "/old.pth").tensors.size() == 3);
  CHECK(read_weights(golden + "/dict.safetensors").tensors.size() == 3);
}

TEST_CASE("Threads may read one file at once") {
  std::vector<std::thread> threads;
  std::atomic<std::size_t> tensors = 0;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { tensors += read_pth(golden + "/types.pth").tensors.size(); });
  for (auto& thread : threads) thread.join();
  CHECK(tensors == 40);
}
