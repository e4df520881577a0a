#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "catalogue/folders.h"
#include "catalogue/shelf.h"
#include "workflow/base/error.h"
#include "workflow/base/log.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code fault;  // a folder that is not there, or not ours to read, holds nothing
  for (fs::directory_iterator entry(folder, fault), end; !fault && entry != end; entry.increment(fault))
    if (std::error_code ignored; entry->path().filename().string().front() != '.' && entry->is_directory(ignored))
      folders.push_back(entry->path());
  return folders;
}

}  // namespace

Catalogue Catalogue::open(const std::string& folder) {
  class Own : public Shelf {
   public:
    explicit Own(std::string at) : folder_(std::move(at)) {}

    std::vector<ModelDirectory> all() const override {
      std::vector<ModelDirectory> models;
      for (const fs::path& id : folders_in(folder_)) {
        for (const fs::path& version : folders_in(id)) {
          try {
            ModelDirectory model = read_model_manifest(version.string());
            if (model.spec.id != id.filename() || std::to_string(model.spec.version) != version.filename())
              throw Error(ErrorCode::InvalidModel, version.string(), "its model.json names " + model.spec.name());
            models.push_back(std::move(model));
          } catch (const Error& error) {
            log(LogLevel::Warning, fmt::format("{} is left out: {}", version.string(), error.what()));
          }
        }
      }
      std::ranges::sort(models, {}, [](const ModelDirectory& model) { return std::tie(model.spec.id, model.spec.version); });
      return models;
    }

    Weights weights(const ModelSpec& spec) const override { return read_safetensors(weights_file(folder_, spec)); }

   private:
    std::string folder_;
  };
  return Catalogue(std::make_shared<const Own>(folder));
}

}  // namespace workflow
