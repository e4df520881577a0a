#include "model/directory.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "base/aside_folder.h"
#include "base/atomic_file.h"
#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view place = "model directory";
constexpr std::array<std::string_view, 3> weight_files = {"weights.safetensors", "weights.pth", "weights.pt"};

std::string text_of(const fs::path& file) { return std::string(MappedFile(file.string(), place).text()); }

std::string text_if_there(const fs::path& file) { return fs::exists(file) ? text_of(file) : std::string(); }

void write_text(const fs::path& file, std::string_view text) {
  AtomicFile out(file.string(), std::string(place));
  out.write(text);
  out.commit();
}

}  // namespace

std::vector<std::string> labels_of(std::string_view text) {
  std::vector<std::string> labels;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    labels.emplace_back(line);
    begin = end + 1;
  }
  while (!labels.empty() && labels.back().empty()) labels.pop_back();
  return labels;
}

ModelDirectory read_model_manifest(const std::string& folder) {
  const fs::path path(folder);
  return {ModelSpec::from_json(Json::parse(text_of(path / "model.json"))),
          labels_of(text_if_there(path / "labels.txt")),
          text_if_there(path / "card.md"),
          {},
          folder};
}

ModelDirectory read_model_directory(const std::string& folder) {
  ModelDirectory model = read_model_manifest(folder);
  const std::string file = weights_in(folder);
  if (file.empty()) throw Error(ErrorCode::NotFound, place, fmt::format("there are no weights in {}", in_quotes(folder)));
  model.weights = read_weights(file);
  return model;
}

std::string weights_in(const std::string& folder) {
  std::error_code ignored;
  for (const std::string_view name : weight_files)
    if (const fs::path file = fs::path(folder) / name; !folder.empty() && fs::exists(file, ignored)) return file.string();
  return {};
}

void write_model_files(const std::string& folder, const ModelDirectory& model) {
  (void)ModelSpec::from_json(model.spec.to_json());  // nothing is written that could not be read again
  std::string labels;
  for (const std::string& label : model.labels) labels += label + "\n";
  const fs::path path(folder);
  write_text(path / "model.json", model.spec.to_json().dump(2) + "\n");
  write_text(path / "labels.txt", labels);
  write_text(path / "card.md", model.card);
  if (model.weights.program.empty()) {
    write_safetensors((path / "weights.safetensors").string(), model.weights);
  } else {
    AtomicFile out((path / "weights.pt").string(), std::string(place));
    out.write(model.weights.program);
    out.commit();
  }
}

void write_model_directory(const std::string& folder, const ModelDirectory& model) {
  AsideFolder aside(folder, std::string(place));
  write_model_files(aside.path(), model);
  aside.replace(folder);
}

}  // namespace workflow
