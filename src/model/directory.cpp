#include "model/directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "base/atomic_file.h"
#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view place = "model directory";

std::string text_of(const fs::path& file) { return std::string(MappedFile(file.string(), place).text()); }

std::string text_if_there(const fs::path& file) { return fs::exists(file) ? text_of(file) : std::string(); }

// A folder beside the one that is meant, removed again unless it was renamed.
class Aside {
 public:
  explicit Aside(const fs::path& folder) {
    fs::create_directories(folder.parent_path());
    std::string pattern = fmt::format("{}/.{}.XXXXXX", folder.parent_path().string(), folder.filename().string());
    if (!mkdtemp(pattern.data()))
      throw Error(ErrorCode::Failed, place, fmt::format("cannot make a folder beside {}", in_quotes(folder.string())));
    path_ = pattern;
  }
  ~Aside() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

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
          {}};
}

ModelDirectory read_model_directory(const std::string& folder) {
  ModelDirectory model = read_model_manifest(folder);
  model.weights = read_safetensors((fs::path(folder) / "weights.safetensors").string());
  return model;
}

void write_model_directory(const std::string& folder, const ModelDirectory& model) {
  (void)ModelSpec::from_json(model.spec.to_json());  // nothing is written that could not be read again
  const fs::path target = fs::absolute(folder).lexically_normal();
  try {
    const Aside aside(target);
    std::string labels;
    for (const std::string& label : model.labels) labels += label + "\n";
    write_text(aside.path() / "model.json", model.spec.to_json().dump(2) + "\n");
    write_text(aside.path() / "labels.txt", labels);
    write_text(aside.path() / "card.md", model.card);
    write_safetensors((aside.path() / "weights.safetensors").string(), model.weights);
    fs::permissions(aside.path(), fs::perms(0755));
    // Exchanging leaves the old folder under the other name, where the destructor removes it.
    const unsigned how = fs::exists(target) ? RENAME_EXCHANGE : RENAME_NOREPLACE;
    if (renameat2(AT_FDCWD, aside.path().c_str(), AT_FDCWD, target.c_str(), how) != 0)
      throw fs::filesystem_error("rename", target, std::error_code(errno, std::generic_category()));
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorCode::Failed, place, fmt::format("cannot write {}: {}", in_quotes(folder), error.code().message()));
  }
}

}  // namespace workflow
