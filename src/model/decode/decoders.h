#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/session.h"
#include "workflow/model/spec.h"
#include "workflow/values/concepts.h"
#include "workflow/values/embedding.h"
#include "workflow/values/landmarks.h"
#include "workflow/values/region.h"

namespace workflow {

/// Turns one item's part of a detector's outputs into regions on its image: those above the threshold, suppressed,
/// clipped to the image, the best score first. `landing` is where the image stands on the net's input.
class RegionDecoder {
 public:
  virtual ~RegionDecoder() = default;
  virtual std::vector<Region> operator()(std::span<const Output> outputs, std::size_t item, const Box& landing) const = 0;
};

/// Turns scores into concepts. Throws Error (InvalidModel) where labels and outputs differ in number.
class ConceptDecoder {
 public:
  virtual ~ConceptDecoder() = default;
  virtual Concepts operator()(std::span<const Output> outputs, std::size_t item) const = 0;
};

class EmbeddingDecoder {
 public:
  virtual ~EmbeddingDecoder() = default;
  virtual Embedding operator()(std::span<const Output> outputs, std::size_t item) const = 0;
};

/// What a decoder makes of each of a batch's items.
template <class Decoder>
auto decoded(const Decoder& decode, std::span<const Output> outputs, std::size_t items) {
  std::vector<decltype(decode(outputs, 0))> results;
  results.reserve(items);
  for (std::size_t i = 0; i < items; ++i) results.push_back(decode(outputs, i));
  return results;
}

class LandmarkDecoder {
 public:
  virtual ~LandmarkDecoder() = default;
  virtual Landmarks operator()(std::span<const Output> outputs, std::size_t item, const Box& landing) const = 0;
};

/// Make the decoder that the spec's `decoding` asks for by its "kind"; every other member is that kind's own setting.
/// Throw Error (InvalidSetting) for what is unknown, missing or out of its range.
/// | kind       | gives     | settings                                                                |
/// |------------|-----------|-------------------------------------------------------------------------|
/// | tiny-yolo  | regions   | anchors (pairs, in cells); those of all                                 |
/// | yunet      | regions   | those of all                                                            |
/// | centernet  | regions   | those of all                                                            |
/// | fastestdet | regions   | those of all                                                            |
/// | boxes      | regions   | scores ("sigmoid", "softmax"), background (default false); those of all |
/// | softmax    | concepts  |                                                                         |
/// | sigmoid    | concepts  |                                                                         |
/// | age-gender | concepts  | error (years), bands (the first year of each); see age_gender.h         |
/// | vector     | embedding | normalise (default false): to length 1                                  |
/// | points     | landmarks |                                                                         |
/// softmax, sigmoid, vector and points read the net's first output.
/// All that give regions: threshold, iou (0..1); by_concept (default false): only boxes of one label suppress each other.
std::shared_ptr<const RegionDecoder> make_region_decoder(const ModelSpec& spec, const Preprocess& preprocess,
                                                         const std::vector<std::string>& labels);
std::shared_ptr<const ConceptDecoder> make_concept_decoder(const ModelSpec& spec, const std::vector<std::string>& labels);
std::shared_ptr<const EmbeddingDecoder> make_embedding_decoder(const ModelSpec& spec);
std::shared_ptr<const LandmarkDecoder> make_landmark_decoder(const ModelSpec& spec);

}  // namespace workflow
