#include <fmt/format.h>

#include <array>

#include "base/json_reader.h"
#include "workflow/base/error.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/classifier.h"
#include "workflow/model/detector.h"
#include "workflow/model/embedder.h"
#include "workflow/model/landmarker.h"

namespace workflow {
namespace {

template <class T>
T from(const Json& json, const Catalogue* catalogue) {
  JsonReader reader(json, std::string(T::kind));
  const std::string id = reader.string("model");
  const bool is_latest = !json.contains("version");
  const auto version = is_latest ? 0 : reader.integer("version", 1, 1'000'000);
  static const std::array precisions = {name_of(Precision::Float32), name_of(Precision::BFloat16), name_of(Precision::Int8)};
  const auto precision = json.contains("precision") ? reader.choice("precision", precisions) : 0;
  reader.finish();
  if (!catalogue) reader.fail("wanted a catalogue to take the model from, got none; pass one to from_json");
  return catalogue->load<T>(is_latest ? id : fmt::format("{}@{}", id, version),
                            {.precision = static_cast<Precision>(precision)});
}

}  // namespace

Detector Detector::from_json(const Json& json, const Catalogue* catalogue) { return from<Detector>(json, catalogue); }
Classifier Classifier::from_json(const Json& json, const Catalogue* catalogue) { return from<Classifier>(json, catalogue); }
Embedder Embedder::from_json(const Json& json, const Catalogue* catalogue) { return from<Embedder>(json, catalogue); }
Landmarker Landmarker::from_json(const Json& json, const Catalogue* catalogue) { return from<Landmarker>(json, catalogue); }

}  // namespace workflow
