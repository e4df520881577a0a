#include "weights/pth.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "base/zip.h"
#include "weights/pickle.h"
#include "weights/strided.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::string_view place = "pth";
constexpr int most_nested = 8;
constexpr std::size_t free_copies = 16'000'000;  // bytes of tensors that do not lie row-major, beside the file's own size
// What PyTorch writes first in its format before 1.6: 0x1950a86a20f9469cfc6c and 1001.
constexpr std::string_view old_magic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr std::int64_t old_version = 1001;

using Kind = Pickled::Kind;

// Made tensors live as long as the file's.
struct Kept {
  std::shared_ptr<const void> file;
  std::deque<std::vector<std::byte>> copies;
};

[[noreturn]] void fail(const std::string& file, std::string_view what) {
  throw Error(ErrorCode::Unreadable, place, fmt::format("{}: {}", in_quotes(file), what));
}

bool has_tensor(const Pickled& dict) {
  for (std::size_t i = 1; i < dict.items.size(); i += 2)
    if (dict.items[i]->kind == Kind::Tensor) return true;
  return false;
}

std::string keys_of(const Pickled& dict) {
  std::string keys;
  for (std::size_t i = 0; i < std::min<std::size_t>(dict.items.size(), 12); i += 2)
    if (dict.items[i]->kind == Kind::Text) keys += (keys.empty() ? "" : ", ") + in_quotes(dict.items[i]->text.substr(0, 20));
  return keys;
}

// A checkpoint holds the state dict under some name, beside an epoch and an optimizer's state.
const Pickled& state_dict(const std::string& file, const Pickled* root) {
  const Pickled* dict = root;
  for (int depth = 0; depth < most_nested; ++depth) {
    if (dict->kind != Kind::Dict) fail(file, "wanted a dict of tensors; save model.state_dict()");
    const Pickled* next = nullptr;
    for (const std::string_view name : {"state_dict", "model_state_dict", "model", "net", "weights"})
      if (const Pickled* found = dict->find(name); !next && found && found->kind == Kind::Dict) next = found;
    if (!next && has_tensor(*dict)) return *dict;
    if (!next && dict->items.size() == 2) next = dict->items[1];
    if (!next)
      fail(file, dict->items.empty()
                     ? "the dict is empty"
                     : fmt::format("wanted a dict of tensors, or one as \"state_dict\", got the keys {}", keys_of(*dict)));
    dict = next;
  }
  fail(file, fmt::format("wanted a dict of tensors within {} levels", most_nested));
}

class Collector {
 public:
  Collector(const std::string& file, const Storages& storages, std::size_t most_copied, std::shared_ptr<const void> mapped)
      : file_(file), storages_(storages), budget_(most_copied), kept_(std::make_shared<Kept>()) {
    kept_->file = std::move(mapped);
  }

  Weights collect(const Pickled& dict) {
    std::unordered_map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < dict.items.size(); i += 2) {
      const Pickled &key = *dict.items[i], &value = *dict.items[i + 1];
      if (key.kind != Kind::Text || value.kind != Kind::Tensor) continue;
      // As in Python, the last of equal keys counts.
      const auto [known, is_new] = places.try_emplace(key.text, weights_.tensors.size());
      TensorView view = tensor(std::string(key.text), value);
      if (is_new)
        weights_.tensors.push_back(std::move(view));
      else
        weights_.tensors[known->second] = std::move(view);
    }
    strip_wrapper();
    weights_.metadata = {{"format", "pth"}};
    weights_.storage = kept_;
    return std::move(weights_);
  }

 private:
  [[noreturn]] void bad(const std::string& tensor, std::string_view what) const {
    fail(file_, fmt::format("tensor {}: {}", in_quotes(tensor.substr(0, 60)), what));
  }

  static std::vector<std::int64_t> integers(const Pickled& list) {
    std::vector<std::int64_t> values;
    for (const Pickled* item : list.items) values.push_back(item->integer);
    return values;
  }

  TensorView tensor(std::string name, const Pickled& value) {
    const Pickled& storage = *value.items[0];
    const auto found = storages_.find(storage.text);
    if (found == storages_.end())
      bad(name, fmt::format("its storage {} is not in the file", in_quotes(storage.text.substr(0, 20))));
    const std::size_t element = size_of(storage.dtype);
    const auto elements = static_cast<std::uint64_t>(found->second.size() / element);
    if (storage.integer < 0 || elements != static_cast<std::uint64_t>(storage.integer) ||
        found->second.size() % element != 0)
      bad(name, fmt::format("its storage wants {} elements of {} bytes, has {} bytes", storage.integer, element,
                            found->second.size()));

    Strided where{value.items[1]->integer, integers(*value.items[2]), integers(*value.items[3])};
    const auto bytes = byte_count(where.shape, element);
    if (!bytes) bad(name, fmt::format("no tensor can have the shape {}", shape_text(where.shape)));
    if (storage.begin < 0 || __builtin_add_overflow(where.begin, storage.begin, &where.begin))
      bad(name, "it begins nowhere");
    const auto needed = elements_needed(where);
    if (!needed || static_cast<std::uint64_t>(*needed) > elements)
      bad(name, fmt::format("{} reaches beyond its storage of {} elements", shape_text(where.shape), elements));

    TensorView view{std::move(name), storage.dtype, where.shape, {}};
    if (*bytes == 0) return view;
    if (is_contiguous(where)) {
      view.data = found->second.subspan(static_cast<std::size_t>(where.begin) * element, static_cast<std::size_t>(*bytes));
      return view;
    }
    if (*bytes > budget_) bad(view.name, fmt::format("{} is far more than the file holds", shape_text(where.shape)));
    budget_ -= static_cast<std::size_t>(*bytes);
    view.data = kept_->copies.emplace_back(contiguous_copy(where, found->second, element));
    return view;
  }

  // torch.nn.DataParallel puts "module." before every name.
  void strip_wrapper() {
    constexpr std::string_view wrapper = "module.";
    const bool all = std::ranges::all_of(weights_.tensors, [&](const TensorView& t) { return t.name.starts_with(wrapper); });
    if (!all) return;
    for (TensorView& each : weights_.tensors) each.name.erase(0, wrapper.size());
  }

  const std::string& file_;
  const Storages& storages_;
  std::size_t budget_;
  std::shared_ptr<Kept> kept_;
  Weights weights_;
};

Weights read_zipped(std::span<const std::byte> bytes, const std::string& file, std::shared_ptr<const void> storage) {
  constexpr std::string_view main_name = "/data.pkl";
  const auto entries = read_zip(bytes, file, place);
  const auto main = std::ranges::find_if(entries, [&](const ZipEntry& entry) {
    return entry.name.ends_with(main_name) && entry.name.find('/') == entry.name.size() - main_name.size();
  });
  if (main == entries.end()) fail(file, "it is a zip archive without data.pkl: no file of torch.save");
  const std::string folder(main->name.substr(0, main->name.size() - main_name.size() + 1));
  const std::string data = folder + "data/";
  Storages storages;
  for (const ZipEntry& entry : entries) {
    if (entry.name.starts_with(data)) storages.emplace(entry.name.substr(data.size()), entry.data);
    if (entry.name == folder + "constants.pkl")
      fail(file, "it is a TorchScript program, no state dict; load it with the architecture \"torchscript\"");
    if (entry.name == folder + "byteorder" && entry.data.size() == 3) fail(file, "it was saved on a big-endian machine");
  }
  if (!has_right_sum(*main)) fail(file, "data.pkl is damaged: its sum is not what the archive says");
  return parse_pickle(main->data, storages, bytes.size() + free_copies, file, std::move(storage));
}

// Pickles one after the other: magic number, version, the machine's facts, the object, the storages' keys; then for each
// key its number of elements and its bytes.
Weights read_old(std::span<const std::byte> bytes, const std::string& file, std::shared_ptr<const void> storage) {
  PickleReader pickle(bytes, file);
  const Pickled* magic = pickle.read();
  if (magic->kind != Kind::Text || magic->text != old_magic) fail(file, "wanted a file of torch.save, got another pickle");
  if (const Pickled* version = pickle.read(); version->kind != Kind::Int || version->integer != old_version)
    fail(file, "it is of an unknown version");
  const Pickled* facts = pickle.read();
  const Pickled* little = facts->find("little_endian");
  if (!little || little->integer != 1) fail(file, "it was saved on a big-endian machine");
  const Pickled* object = pickle.read();
  const Pickled* keys = pickle.read();
  if (keys->kind != Kind::List) fail(file, "wanted the list of its storages");

  const auto sizes = pickle.element_sizes();
  Storages storages;
  auto rest = bytes.subspan(pickle.position());
  for (const Pickled* key : keys->items) {
    const auto element = key->kind == Kind::Text ? sizes.find(key->text) : sizes.end();
    if (element == sizes.end()) fail(file, "a storage is listed that no tensor has");
    std::uint64_t count = 0;
    if (rest.size() < 8) fail(file, "it is cut off");
    for (std::size_t i = 0; i < 8; ++i) count |= std::to_integer<std::uint64_t>(rest[i]) << (8 * i);
    rest = rest.subspan(8);
    if (count > rest.size() / element->second) fail(file, fmt::format("it is cut off in storage {}", in_quotes(key->text)));
    storages.emplace(key->text, rest.first(static_cast<std::size_t>(count) * element->second));
    rest = rest.subspan(static_cast<std::size_t>(count) * element->second);
  }
  return Collector(file, storages, bytes.size() + free_copies, std::move(storage)).collect(state_dict(file, object));
}

bool begins_with(std::span<const std::byte> bytes, std::string_view text) {
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()).starts_with(text);
}

}  // namespace

bool is_torchscript(std::span<const std::byte> bytes) {
  if (!begins_with(bytes, "PK\x03\x04")) return false;
  try {
    constexpr std::string_view constants = "/constants.pkl";
    return std::ranges::any_of(read_zip(bytes, "", place), [&](const ZipEntry& entry) {
      return entry.name.ends_with(constants) && entry.name.find('/') == entry.name.size() - constants.size();
    });
  } catch (const Error&) {
    return false;  // whoever reads it tells why
  }
}

bool is_pth(std::span<const std::byte> bytes) { return begins_with(bytes, "PK\x03\x04") || begins_with(bytes, "\x80\x02"); }

Weights parse_pickle(std::span<const std::byte> pickle, const Storages& storages, std::size_t most_copied,
                     const std::string& name, std::shared_ptr<const void> storage) {
  PickleReader reader(pickle, name);
  return Collector(name, storages, most_copied, std::move(storage)).collect(state_dict(name, reader.read()));
}

Weights read_pth(const std::string& file) {
  const auto mapped = std::make_shared<MappedFile>(file, place);
  return parse_pth(mapped->bytes(), file, mapped);
}

Weights parse_pth(std::span<const std::byte> bytes, const std::string& name, std::shared_ptr<const void> storage) {
  if (begins_with(bytes, "PK")) return read_zipped(bytes, name, std::move(storage));
  if (!is_pth(bytes)) fail(name, "wanted a file of torch.save: a zip archive or a pickle");
  return read_old(bytes, name, std::move(storage));
}

}  // namespace workflow
