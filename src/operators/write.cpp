#include "workflow/operators/write.h"

#include <filesystem>
#include <map>
#include <mutex>
#include <vector>

#include "operators/effect_json.h"
#include "operators/file_names.h"
#include "operators/json_lines.h"

namespace workflow {
namespace {

/// One thing to write below the folder: a picture, or a line where there is none.
struct Written {
  std::string file;
  Image picture;
  JsonLines::Line line;
};

/// A folder that steps write into.
class FolderOutlet final : public Outlet {
 public:
  explicit FolderOutlet(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void commit(std::span<const std::vector<std::any>> effects) override {
    std::map<std::string, std::vector<JsonLines::Line>> lines;
    const std::lock_guard lock(mutex_);
    for (const auto& of_input : effects)
      for (const std::any& effect : of_input) {
        const auto& it = std::any_cast<const Written&>(effect);
        if (it.picture.empty())
          lines[it.file].push_back(it.line);
        else
          save(it.picture, (folder_ / it.file).string());
      }
    for (const auto& [file, of_file] : lines)
      files_.try_emplace(file, (folder_ / file).string()).first->second.append(of_file);
  }

 private:
  std::filesystem::path folder_;
  std::mutex mutex_;
  std::map<std::string, JsonLines> files_;
};

// Steps and runs that write into one folder share its outlet, and with it what is known of its files.
std::shared_ptr<Outlet> outlet_of(const std::string& folder) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<Outlet>> open;
  std::error_code problem;
  std::filesystem::path path = std::filesystem::weakly_canonical(std::filesystem::absolute(folder), problem);
  if (problem) path = folder;
  const std::lock_guard lock(mutex);
  std::erase_if(open, [](const auto& it) { return it.second.expired(); });
  std::weak_ptr<Outlet>& known = open[path.string()];
  std::shared_ptr<Outlet> outlet = known.lock();
  if (!outlet) known = outlet = std::make_shared<FolderOutlet>(path);
  return outlet;
}

}  // namespace

void Write::check() const {
  if (folder.empty()) throw Error(ErrorCode::InvalidSetting, kind, "folder: wanted the name of a folder, got an empty one");
}

std::shared_ptr<Outlet> Write::outlet() const { return outlet_of(folder); }

std::any Write::picture_file(const Image& image, const EffectContext& context) const {
  if (image.empty()) throw Error(ErrorCode::InvalidValue, kind, "wanted an image, got an empty one");
  return Written{.file = file_name(context.step) + "/" + file_of(context.input_id, context.path) +
                         (picture == Picture::Png ? ".png" : ".jpg"),
                 .picture = image,
                 .line = {}};
}

std::any Write::line(Json value, const EffectContext& context) const {
  Json json = Json::object({{"key", detail::effect_key(context)}});
  for (const auto& [name, member] : effect_json(std::move(value), context).members()) json[name] = member;
  return Written{
      .file = file_name(context.step) + ".jsonl", .picture = {}, .line = {detail::effect_key(context), json.dump()}};
}

}  // namespace workflow
