#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/sha256.h"
#include "base/zip.h"
#include "catalogue/bundle_reader.h"
#include "workflow/base/error.h"

namespace {

using namespace workflow;

// In memory where there is such a folder, as each bundle is brought to the disk.
struct Scratch {
  std::filesystem::path folder =
      (std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path()) /
      std::filesystem::path("workflow-fuzz-" + std::to_string(::getpid()));
  Scratch() { std::filesystem::create_directories(folder); }
  ~Scratch() { std::filesystem::remove_all(folder); }
};

// What is done with a bundle before its graph is read, and what its models' weights go through when they are loaded.
void look_at(const std::string& file) {
  try {
    const BundleReader bundle(file, "");
    (void)bundle.text(bundle_graph_name);
    for (const ModelDirectory& model : bundle.models()) {
      const std::string name = bundle_folder_of(model.spec) + "weights.safetensors";
      if (bundle.has(name)) (void)parse_weights(bundle.get(name), name, bundle.mapped());
    }
  } catch (const Error&) {
  }
}

// Chance would never hit the sums of a bundle. So the bytes are also read as what goes in: entries that a 0xFF ends, a name
// up to its first 0xFE; their sums are put right.
void write_bundle(const std::string& file, std::string_view data) {
  ZipWriter zip(file, "fuzz");
  Json sums = Json::object();
  while (!data.empty()) {
    const std::size_t end = std::min(data.find('\xff'), data.size());
    const std::string_view entry = data.substr(0, end);
    data.remove_prefix(std::min(end + 1, data.size()));
    const std::size_t split = entry.find('\xfe');
    if (split == std::string_view::npos) continue;
    const std::string name(entry.substr(0, split));
    const std::string_view text = entry.substr(split + 1);
    if (name.size() > 200 || name == bundle_manifest_name || sums.contains(name)) continue;
    zip.add(name, text);
    sums[name] = Sha256::of(std::as_bytes(std::span(text)));
  }
  zip.add(bundle_manifest_name, Json::object({{"bundle", bundle_format}, {"sha256", sums}}).dump());
  zip.commit();
}

}  // namespace

// Whatever the bytes are: an Error, or models as a catalogue shows them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Scratch scratch;
  const std::string file = scratch.folder / "bundle.wfz";
  if (std::FILE* out = std::fopen(file.c_str(), "wb")) {
    std::fwrite(data, 1, size, out);
    std::fclose(out);
    look_at(file);
  }
  try {
    write_bundle(file, {reinterpret_cast<const char*>(data), size});
  } catch (const Error&) {  // a name that no JSON holds
    return 0;
  }
  look_at(file);
  return 0;
}
