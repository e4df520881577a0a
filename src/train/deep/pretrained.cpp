#include "train/deep/pretrained.h"

#include <array>

#include "catalogue/shelf.h"

namespace workflow {

Weights Pretrained::named(const Catalogue& catalogue, const std::string& from) {
  constexpr std::array<std::string_view, 3> endings = {".safetensors", ".pth", ".pt"};
  for (const std::string_view ending : endings)
    if (from.ends_with(ending) || from.find('/') != std::string::npos) return read_weights(from);
  // Not loaded as a model, which would make it ready to run.
  const auto& shelf = *catalogue.shelf_;
  return shelf.weights(shelf.find(from));
}

}  // namespace workflow
