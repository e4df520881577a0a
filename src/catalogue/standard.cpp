#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "catalogue/builtin.h"
#include "catalogue/folders.h"
#include "catalogue/shelf.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

std::string standard_models_folder() {
  if (const std::string folder = environment("WORKFLOW_MODELS"); !folder.empty()) return folder;
  if (const std::string cache = environment("XDG_CACHE_HOME"); !cache.empty()) return cache + "/workflow/models";
  return environment("HOME") + "/.cache/workflow/models";
}

std::string weights_file(const std::string& folder, const ModelSpec& spec) {
  return (fs::path(folder) / spec.id / std::to_string(spec.version) / "weights.safetensors").string();
}

Catalogue Catalogue::standard(const StandardOptions& options) {
  class Standard : public Shelf {
   public:
    explicit Standard(std::string folder) : folder_(std::move(folder)), mirror_(environment("WORKFLOW_MIRROR")) {}

    std::vector<ModelDirectory> all() const override { return builtin_models(); }

    Weights weights(const ModelSpec& spec) const override {
      std::error_code ignored;
      if (!mirror_.empty())
        if (const fs::path file = fs::path(mirror_) / (spec.id + ".safetensors"); fs::exists(file, ignored))
          return read_safetensors(file.string());
      if (const std::string file = weights_file(folder_, spec); fs::exists(file, ignored)) return read_safetensors(file);
      throw Error(ErrorCode::NotFound, spec.id,
                  fmt::format("its weights are not on this machine; bring them with: scripts/setup (in the source tree)\n"
                              "or, once installed: workflow-import <package folder> {0}\n"
                              "looked in: {0}{1}\nthey come from: {2}",
                              folder_, mirror_.empty() ? "" : ", " + mirror_, spec.source));
    }

   private:
    std::string folder_;
    std::string mirror_;
  };
  return Catalogue(std::make_shared<const Standard>(options.folder.empty() ? standard_models_folder() : options.folder));
}

}  // namespace workflow
