#include <fmt/format.h>

#include <filesystem>

#include "base/in_quotes.h"
#include "workflow/base/error.h"
#include "workflow/train/dataset.h"

namespace workflow {
namespace fs = std::filesystem;

Dataset Dataset::open(const std::string& path, const DatasetOptions& options) {
  std::error_code problem;
  if (fs::is_directory(path, problem)) {
    const fs::path folder(path);
    if (fs::is_directory(folder / "Annotations")) return voc(path, {}, options);
    for (const char* ending : {"", ".gz"})
      if (fs::exists(folder / fmt::format("train-images-idx3-ubyte{}", ending))) return idx(path, "train", options);
    return folders(path, options);
  }
  if (!fs::is_regular_file(path, problem))
    throw Error(ErrorCode::NotFound, "Dataset::open", fmt::format("there is no file or folder {}", in_quotes(path)));
  const std::string ending = fs::path(path).extension().string();
  if (ending == ".json") return coco(path, {}, options);
  if (ending == ".tsv" || ending == ".csv") return table(path, options);
  throw Error(ErrorCode::Unreadable, "Dataset::open",
              fmt::format("{}: wanted a folder of folders, of VOC or of idx files, a .json (COCO), a .tsv or .csv",
                          in_quotes(path)));
}

}  // namespace workflow
