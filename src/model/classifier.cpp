#include "workflow/model/classifier.h"

#include "model/decode/decoders.h"
#include "model/loaded_model.h"

namespace workflow {

Classifier::Classifier(std::shared_ptr<const LoadedModel> from, Device device)
    : Model(std::move(from), device), decode_(make_concept_decoder(spec(), labels())) {}

std::vector<Concepts> Classifier::operator()(Batch<Image> images) const {
  const auto outputs = images.empty() ? std::vector<Output>{}
                                      : loaded().session(images.device() ? *images.device() : device()).run(images.span());
  std::vector<Concepts> results;
  for (std::size_t i = 0; i < images.size(); ++i) results.push_back((*decode_)(outputs, i));
  return results;
}

Concepts Classifier::classify(const Image& image) const { return std::move(classify(std::span(&image, 1)).front()); }

std::vector<Concepts> Classifier::classify(std::span<const Image> images) const { return (*this)(Batch<Image>(images)); }

}  // namespace workflow
