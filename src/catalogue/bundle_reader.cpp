#include "catalogue/bundle_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/in_quotes.h"
#include "base/json_reader.h"
#include "base/sha256.h"
#include "base/zip.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string bundle_folder_of(const ModelSpec& spec) { return fmt::format("models/{}/{}/", spec.id, spec.version); }

BundleReader::BundleReader(const std::string& file, const std::string& fingerprint)
    : file_(file), mapped_(std::make_shared<MappedFile>(file, bundle_place)) {
  for (const ZipEntry& entry : read_zip(mapped_->bytes(), file, bundle_place)) entries_.emplace(entry.name, entry.data);
  const auto manifest = entries_.extract(std::string_view(bundle_manifest_name));
  if (manifest.empty()) fail(fmt::format("it holds no {}: is it a bundle?", bundle_manifest_name));
  fingerprint_ = Sha256::of(manifest.mapped());
  if (!fingerprint.empty() && fingerprint != fingerprint_)
    fail(fmt::format("it is another bundle than the one that is wanted\nwanted {}\ngot    {}", in_quotes(fingerprint),
                     fingerprint_));
  const Json json = Json::parse(text_of(manifest.mapped()));
  JsonReader reader(json, bundle_manifest_name);
  reader.integer("bundle", bundle_format, bundle_format);
  const Json sums = reader.json_or_null("sha256");
  reader.finish();
  if (!sums.is_object()) fail("the list of its sums is missing");
  for (const auto& [name, sum] : sums.members()) check(name, sum);
  if (sums.size() != entries_.size())
    for (const auto& [name, bytes] : entries_)
      if (!sums.contains(name)) fail(fmt::format("{} was put in later", in_quotes(name)));
}

std::span<const std::byte> BundleReader::get(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) fail(fmt::format("{} is missing", in_quotes(name)));
  return found->second;
}

std::string_view BundleReader::text(const std::string& name) const { return text_of(get(name)); }

std::vector<ModelDirectory> BundleReader::models() const {
  std::vector<ModelDirectory> all;
  for (const auto& [name, bytes] : entries_) {
    if (!name.ends_with("/model.json")) continue;
    ModelDirectory model;
    model.spec = ModelSpec::from_json(Json::parse(text_of(bytes)));
    const std::string folder = bundle_folder_of(model.spec);
    if (name != folder + "model.json") fail(fmt::format("{} names {}", in_quotes(name), model.spec.name()));
    model.labels = labels_of(text(folder + "labels.txt"));
    model.card = text(folder + "card.md");
    all.push_back(std::move(model));
  }
  std::ranges::sort(all, {}, [](const ModelDirectory& model) { return std::tie(model.spec.id, model.spec.version); });
  return all;
}

void BundleReader::fail(const std::string& what) const {
  throw Error(ErrorCode::Unreadable, bundle_place, fmt::format("{}: {}", in_quotes(file_), what));
}

void BundleReader::check(const std::string& name, const Json& sum) const {
  if (!sum.is_string() || Sha256::of(get(name)) != sum.string())
    fail(fmt::format("{} is not what was bundled: it was changed or damaged", in_quotes(name)));
}

}  // namespace workflow
