#include "model/last_pass.h"

#include <algorithm>
#include <string>

#include "model/loaded_model.h"

namespace workflow {
namespace {

constexpr std::size_t most_text = std::size_t{1} << 20U;

template <class T>
bool same_owner(const std::weak_ptr<const T>& a, const std::shared_ptr<const T>& b) {
  return !a.owner_before(b) && !b.owner_before(a);
}

// Where an image's pixels lie. Its owner's control block stays while this does, so no other image can have the same one.
struct PixelPlace {
  std::weak_ptr<const std::uint8_t> owner;
  const std::uint8_t* first = nullptr;
  int width = 0;
  int height = 0;
  std::size_t stride = 0;

  explicit PixelPlace(const Image& image)
      : owner(image.pixels()),
        first(image.empty() ? nullptr : image.row(0)),
        width(image.width()),
        height(image.height()),
        stride(image.stride()) {}

  bool is_of(const Image& image) const {
    return same_owner(owner, image.pixels()) && !image.empty() && first == image.row(0) && width == image.width() &&
           height == image.height() && stride == image.stride();
  }
};

struct WholeText {
  std::string text;
  explicit WholeText(const Text& from) : text(from.text) {}
  bool is_of(const Text& other) const { return text == other.text; }
};

template <class Kept>
struct LastPass {
  std::weak_ptr<const LoadedModel> trunk;
  const Session* session = nullptr;  // one of the trunk's, which live as long as that
  std::vector<Kept> items;
  std::shared_ptr<const std::vector<Output>> outputs;
};

template <class Kept, class T>
std::shared_ptr<const std::vector<Output>> outputs_of(LastPass<Kept>& last, const std::shared_ptr<const LoadedModel>& trunk,
                                                      const Session& session, std::span<const T> items) {
  const bool is_same = last.outputs && same_owner(last.trunk, trunk) && last.session == &session &&
                       std::equal(last.items.begin(), last.items.end(), items.begin(), items.end(),
                                  [](const Kept& kept, const T& item) { return kept.is_of(item); });
  if (is_same) return last.outputs;
  last.outputs = nullptr;
  auto outputs = std::make_shared<const std::vector<Output>>(session.run(items));
  last = {trunk, &session, {}, outputs};
  for (const T& item : items) last.items.emplace_back(item);
  return outputs;
}

}  // namespace

std::shared_ptr<const std::vector<Output>> trunk_outputs(const std::shared_ptr<const LoadedModel>& trunk,
                                                         const Session& session, std::span<const Image> images) {
  thread_local LastPass<PixelPlace> last;
  return outputs_of(last, trunk, session, images);
}

std::shared_ptr<const std::vector<Output>> trunk_outputs(const std::shared_ptr<const LoadedModel>& trunk,
                                                         const Session& session, std::span<const Text> texts) {
  thread_local LastPass<WholeText> last;
  std::size_t bytes = 0;
  for (const Text& text : texts) bytes += text.text.size();
  if (bytes > most_text) return std::make_shared<const std::vector<Output>>(session.run(texts));
  return outputs_of(last, trunk, session, texts);
}

}  // namespace workflow
