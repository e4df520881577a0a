#include "workflow/model/landmarker.h"

#include "model/decode/decoders.h"
#include "model/loaded_model.h"

namespace workflow {

Landmarker::Landmarker(std::shared_ptr<const LoadedModel> from, Device device)
    : Model(std::move(from), device), decode_(make_landmark_decoder(spec())) {}

std::vector<Landmarks> Landmarker::operator()(Batch<Image> images) const {
  const auto outputs = loaded().run(images, device());
  std::vector<Landmarks> results;
  for (std::size_t i = 0; i < images.size(); ++i)
    results.push_back((*decode_)(outputs, i, landing(images[i], loaded().preprocess())));
  return results;
}

Landmarks Landmarker::locate(const Image& image) const { return std::move(locate(std::span(&image, 1)).front()); }

std::vector<Landmarks> Landmarker::locate(std::span<const Image> images) const { return (*this)(Batch<Image>(images)); }

}  // namespace workflow
