#include "workflow/model/embedder.h"

#include "model/decode/decoders.h"
#include "model/loaded_model.h"

namespace workflow {

Embedder::Embedder(std::shared_ptr<const LoadedModel> from, Device device)
    : Model(std::move(from), device), decode_(make_embedding_decoder(spec())) {}

std::vector<Embedding> Embedder::operator()(Batch<Image> images) const {
  const auto outputs = images.empty() ? std::vector<Output>{}
                                      : loaded().session(images.device() ? *images.device() : device()).run(images.span());
  std::vector<Embedding> results;
  for (std::size_t i = 0; i < images.size(); ++i) results.push_back((*decode_)(outputs, i));
  return results;
}

Embedding Embedder::embed(const Image& image) const { return std::move(embed(std::span(&image, 1)).front()); }

std::vector<Embedding> Embedder::embed(std::span<const Image> images) const { return (*this)(Batch<Image>(images)); }

}  // namespace workflow
