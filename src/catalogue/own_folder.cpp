#include "catalogue/own_folder.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <tuple>

#include "base/aside_folder.h"
#include "base/atomic_file.h"
#include "base/file_lock.h"
#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "workflow/base/error.h"
#include "workflow/base/log.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view place = "catalogue";

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code fault;  // a folder that is not there, or not ours to read, holds nothing
  for (fs::directory_iterator entry(folder, fault), end; !fault && entry != end; entry.increment(fault))
    if (std::error_code ignored; entry->path().filename().string().front() != '.' && entry->is_directory(ignored))
      folders.push_back(entry->path());
  return folders;
}

// A small file that holds a version's number; 0 where it is missing or holds something else.
int number_in(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return 0;
  try {
    const MappedFile mapped(file.string(), place);
    const std::string_view text = mapped.text();
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return std::max(number, 0);
  } catch (const Error&) {
    return 0;  // taken away between the two looks
  }
}

void write_number(const fs::path& file, int number) {
  AtomicFile out(file.string(), std::string(place));
  out.write(fmt::format("{}\n", number));
  out.commit();
}

fs::path pin_file(const fs::path& folder, std::string_view id) { return folder / id / ".latest"; }
fs::path last_file(const fs::path& folder, std::string_view id) { return folder / id / ".last"; }

std::string now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

FileLock lock(const fs::path& folder) {
  std::error_code ignored;  // the lock tells what is wrong
  fs::create_directories(folder, ignored);
  return FileLock((folder / ".lock").string(), std::string(place));
}

// Weights are never changed where they lie, so two names for one file are as good as a copy.
void link_or_copy(const fs::path& from, const fs::path& to) {
  std::error_code fault;
  fs::create_hard_link(from, to, fault);
  if (fault) fs::copy_file(from, to, fault);
  if (fault)
    throw Error(ErrorCode::Failed, place, fmt::format("cannot copy to {}: {}", in_quotes(to.string()), fault.message()));
}

void write_spec(const fs::path& folder, const ModelSpec& spec) {
  (void)ModelSpec::from_json(spec.to_json());
  AtomicFile out((folder / "model.json").string(), std::string(place));
  out.write(spec.to_json().dump(2) + "\n");
  out.commit();
}

}  // namespace

std::vector<ModelDirectory> OwnFolder::all() const {
  std::vector<ModelDirectory> models;
  for (const fs::path& id : folders_in(folder_)) {
    for (const fs::path& version : folders_in(id)) {
      try {
        ModelDirectory model = read_model_manifest(version.string());
        if (model.spec.id != id.filename() || std::to_string(model.spec.version) != version.filename())
          throw Error(ErrorCode::InvalidModel, version.string(), "its model.json names " + model.spec.name());
        models.push_back(std::move(model));
      } catch (const Error& error) {
        std::error_code ignored;
        if (fs::exists(version, ignored))  // and not just now removed by somebody else
          log(LogLevel::Warning, fmt::format("{} is left out: {}", version.string(), error.what()));
      }
    }
  }
  std::ranges::sort(models, {}, [](const ModelDirectory& model) { return std::tie(model.spec.id, model.spec.version); });
  return models;
}

std::optional<int> OwnFolder::pinned(std::string_view id) const {
  const int version = number_in(pin_file(folder_, id));
  return version > 0 ? std::optional(version) : std::nullopt;
}

int OwnFolder::last_given(const std::string& id) const {
  int last = number_in(last_file(folder_, id));
  for (const fs::path& version : folders_in(fs::path(folder_) / id)) {
    // Broken ones count, too: nothing is written over.
    const std::string name = version.filename().string();
    int number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    last = std::max(last, number);
  }
  return last;
}

ModelSpec OwnFolder::save(ModelDirectory model, int at_least) const {
  const fs::path id = fs::path(folder_) / model.spec.id;
  model.spec.date = now();
  model.spec.weights = {};  // they lie beside it from now on
  model.spec.mirror = {};
  // The weights are written before the turn is taken: nobody waits for another's disk.
  AsideFolder aside((id / "new").string(), std::string(place));
  write_model_files(aside.path(), model);
  const FileLock turn = lock(folder_);
  model.spec.version = std::max(last_given(model.spec.id), at_least) + 1;
  write_spec(aside.path(), model.spec);
  if (!aside.take_name((id / std::to_string(model.spec.version)).string()))
    throw Error(ErrorCode::Failed, place,
                fmt::format("{} was put there by somebody else just now; save again", model.spec.name()));
  std::error_code ignored;
  fs::remove(pin_file(folder_, model.spec.id), ignored);
  return model.spec;
}

void OwnFolder::rename(const std::string& id, const std::string& to) const try {
  const FileLock turn = lock(folder_);
  const fs::path from = fs::path(folder_) / id;
  const std::string target = (fs::path(folder_) / to).string();
  AsideFolder aside(target, std::string(place));
  for (ModelDirectory& model : all()) {
    if (model.spec.id != id) continue;
    const fs::path version = fs::path(aside.path()) / std::to_string(model.spec.version);
    fs::create_directory(version);
    model.spec.id = to;
    for (const auto& file : fs::directory_iterator(model.folder))
      if (const std::string name = file.path().filename().string(); name.front() != '.' && name != "model.json")
        link_or_copy(file.path(), version / file.path().filename());
    write_spec(version, model.spec);
  }
  if (const auto version = pinned(id)) write_number(fs::path(aside.path()) / ".latest", *version);
  write_number(fs::path(aside.path()) / ".last", last_given(id));
  if (!aside.take_name(target))
    throw Error(ErrorCode::InvalidSetting, place,
                fmt::format("{} is taken; remove it first, or choose another name", in_quotes(to)));
  AsideFolder bin(from.string(), std::string(place));
  fs::rename(from, fs::path(bin.path()) / "gone");
} catch (const fs::filesystem_error& error) {
  throw Error(ErrorCode::Failed, place, fmt::format("cannot rename {}: {}", in_quotes(id), error.code().message()));
}

void OwnFolder::remove(const std::string& id, int version) const {
  const FileLock turn = lock(folder_);
  const fs::path all_versions = fs::path(folder_) / id;
  const fs::path gone = version == 0 ? all_versions : all_versions / std::to_string(version);
  if (version != 0) {
    // A graph may name the version: its number is never given to another model.
    write_number(last_file(folder_, id), last_given(id));
    std::error_code ignored;
    if (pinned(id) == version) fs::remove(pin_file(folder_, id), ignored);
  }
  // Out of sight in one step, so that no reader sees half of it.
  AsideFolder bin(gone.string(), std::string(place));
  std::error_code fault;
  fs::rename(gone, fs::path(bin.path()) / "gone", fault);
  if (fault)
    throw Error(ErrorCode::Failed, place, fmt::format("cannot remove {}: {}", in_quotes(gone.string()), fault.message()));
}

void OwnFolder::edit(const ModelDirectory& model, const std::function<void(ModelSpec&)>& change) const {
  const FileLock turn = lock(folder_);
  ModelSpec spec = read_model_manifest(model.folder).spec;  // as it is by now
  change(spec);
  write_spec(model.folder, spec);
}

void OwnFolder::pin(const std::string& id, int version) const {
  const FileLock turn = lock(folder_);
  std::error_code ignored;                                  // writing tells what is wrong
  fs::create_directories(fs::path(folder_) / id, ignored);  // a built-in one may have none yet
  write_number(pin_file(folder_, id), version);
}

}  // namespace workflow
