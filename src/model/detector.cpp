#include "workflow/model/detector.h"

#include "model/decode/decoders.h"
#include "model/loaded_model.h"

namespace workflow {

Detector::Detector(std::shared_ptr<const LoadedModel> from, Device device)
    : Model(std::move(from), device), decode_(make_region_decoder(spec(), loaded().preprocess(), labels())) {}

std::vector<std::vector<Region>> Detector::operator()(Batch<Image> images) const {
  const auto outputs = loaded().run(images, device());
  std::vector<std::vector<Region>> results;
  for (std::size_t i = 0; i < images.size(); ++i)
    results.push_back((*decode_)(outputs, i, landing(images[i], loaded().preprocess())));
  return results;
}

std::vector<Region> Detector::detect(const Image& image) const { return std::move(detect(std::span(&image, 1)).front()); }

std::vector<std::vector<Region>> Detector::detect(std::span<const Image> images) const {
  return (*this)(Batch<Image>(images));
}

}  // namespace workflow
