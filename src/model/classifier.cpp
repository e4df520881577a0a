#include "workflow/model/classifier.h"

#include "model/decode/decoders.h"
#include "model/loaded_model.h"

namespace workflow {

Classifier::Classifier(std::shared_ptr<const LoadedModel> from, Device device)
    : Model(std::move(from), device), decode_(make_concept_decoder(spec(), labels())) {}

std::vector<Concepts> Classifier::operator()(Batch<Image> images) const {
  return decoded(*decode_, loaded().run(images, device()), images.size());
}

std::vector<Concepts> Classifier::operator()(Batch<Text> texts) const {
  return decoded(*decode_, loaded().run(texts, device()), texts.size());
}

Concepts Classifier::classify(const Image& image) const { return std::move(classify(std::span(&image, 1)).front()); }

std::vector<Concepts> Classifier::classify(std::span<const Image> images) const { return (*this)(Batch<Image>(images)); }

Concepts Classifier::classify(const Text& text) const { return std::move(classify(std::span(&text, 1)).front()); }

std::vector<Concepts> Classifier::classify(std::span<const Text> texts) const { return (*this)(Batch<Text>(texts)); }

}  // namespace workflow
