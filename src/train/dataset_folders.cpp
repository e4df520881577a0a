#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/in_quotes.h"
#include "run/file_list.h"
#include "workflow/base/error.h"
#include "workflow/train/dataset.h"

namespace workflow {
namespace fs = std::filesystem;

Dataset Dataset::folders(const std::string& folder, const DatasetOptions& options) {
  std::error_code problem;
  std::vector<std::string> names;
  for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end; entry.increment(problem)) {
    std::error_code ignored;
    const std::string name = entry->path().filename().string();
    if (name.front() != '.' && entry->is_directory(ignored)) names.push_back(name);
  }
  if (problem)
    throw Error(ErrorCode::NotFound, "Dataset::folders", fmt::format("{}: {}", in_quotes(folder), problem.message()));
  std::sort(names.begin(), names.end(), natural_less);

  std::vector<LabelledInput> inputs;
  for (const std::string& name : names) {
    std::vector<ListedFile> files;
    try {
      files = list_files((fs::path(folder) / name).string(), picture_endings());
    } catch (const Error& error) {
      if (error.code() != ErrorCode::NotFound) throw;  // a folder without pictures is a concept without inputs
    }
    for (ListedFile& file : files)
      inputs.push_back({.id = name + "/" + file.id, .input = ImageFile{std::move(file.path), {}}, .positive = {name}});
  }
  if (inputs.empty())
    throw Error(ErrorCode::NotFound, "Dataset::folders",
                fmt::format("{}: wanted a folder for each concept with its pictures, got {} folders and no picture",
                            in_quotes(folder), names.size()));
  return made(std::move(inputs), {}, options, "Dataset::folders");
}

}  // namespace workflow
