#include "model/directory.h"

#include <filesystem>

#include "base/aside_folder.h"
#include "base/atomic_file.h"
#include "base/mapped_file.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view place = "model directory";

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
  model.weights = read_safetensors((fs::path(folder) / "weights.safetensors").string());
  return model;
}

void write_model_files(const std::string& folder, const ModelDirectory& model) {
  (void)ModelSpec::from_json(model.spec.to_json());  // nothing is written that could not be read again
  std::string labels;
  for (const std::string& label : model.labels) labels += label + "\n";
  const fs::path path(folder);
  write_text(path / "model.json", model.spec.to_json().dump(2) + "\n");
  write_text(path / "labels.txt", labels);
  write_text(path / "card.md", model.card);
  write_safetensors((path / "weights.safetensors").string(), model.weights);
}

void write_model_directory(const std::string& folder, const ModelDirectory& model) {
  AsideFolder aside(folder, std::string(place));
  write_model_files(aside.path(), model);
  aside.replace(folder);
}

}  // namespace workflow
