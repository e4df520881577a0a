#include "workflow/model/embedder.h"

#include "model/decode/decoders.h"
#include "model/loaded_model.h"

namespace workflow {

Embedder::Embedder(std::shared_ptr<const LoadedModel> from, Device device)
    : Model(std::move(from), device), decode_(make_embedding_decoder(spec())) {}

std::vector<Embedding> Embedder::operator()(Batch<Image> images) const {
  return decoded(*decode_, loaded().run(images, device()), images.size());
}

std::vector<Embedding> Embedder::operator()(Batch<Text> texts) const {
  return decoded(*decode_, loaded().run(texts, device()), texts.size());
}

Embedding Embedder::embed(const Image& image) const { return std::move(embed(std::span(&image, 1)).front()); }

std::vector<Embedding> Embedder::embed(std::span<const Image> images) const { return (*this)(Batch<Image>(images)); }

Embedding Embedder::embed(const Text& text) const { return std::move(embed(std::span(&text, 1)).front()); }

std::vector<Embedding> Embedder::embed(std::span<const Text> texts) const { return (*this)(Batch<Text>(texts)); }

}  // namespace workflow
