#include "nets/architectures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/in_quotes.h"
#include "base/json_reader.h"
#include "base/nearest.h"
#include "nets/face_embedder.h"
#include "nets/face_features.h"
#include "nets/mobilenet.h"
#include "nets/resnet.h"
#include "nets/sentence_encoder.h"
#include "nets/tiny_yolo.h"
#include "nets/yunet.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

struct Architecture {
  std::string name;
  std::function<std::shared_ptr<Net>(JsonReader&)> make;
};

ImageClassifierSettings classifier_settings(JsonReader& s) {
  return {.outputs = s.integer("outputs", 1, 100'000), .features = s.flag_or("features", false)};
}

std::int64_t resnet_layers(JsonReader& s) {
  constexpr std::array<std::int64_t, 4> there_are = {18, 34, 50, 101};
  const std::int64_t layers = s.integer("layers", 18, 101);
  if (std::ranges::find(there_are, layers) == there_are.end())
    s.fail(fmt::format("\"layers\": wanted 18, 34, 50 or 101, got {}", layers));
  return layers;
}

bool is_large(JsonReader& s) {
  constexpr std::array<std::string_view, 2> sizes = {"small", "large"};
  return s.choice("size", sizes) == 1;
}

const std::vector<Architecture>& architectures() {
  static const std::vector<Architecture> all = {
      {"tiny-yolo", [](JsonReader& s) { return std::make_shared<TinyYolo>(s.integer("anchors", 1, 100)); }},
      {"face-features", [](JsonReader& s) { return std::make_shared<FaceFeatures>(s.integer("outputs", 1, 100'000)); }},
      {"face-embedder", [](JsonReader&) { return std::make_shared<FaceEmbedder>(); }},
      {"yunet", [](JsonReader&) { return std::make_shared<YuNet>(); }},
      {"use-lite", [](JsonReader&) { return std::make_shared<SentenceEncoder>(); }},
      {"resnet", [](JsonReader& s) { return std::make_shared<ResNet>(resnet_layers(s), classifier_settings(s)); }},
      {"mobilenet-v2", [](JsonReader& s) { return std::make_shared<MobileNetV2>(classifier_settings(s)); }},
      {"mobilenet-v3", [](JsonReader& s) { return std::make_shared<MobileNetV3>(is_large(s), classifier_settings(s)); }},
      {"efficientnet-b0", [](JsonReader& s) { return std::make_shared<EfficientNetB0>(classifier_settings(s)); }},
  };
  return all;
}

}  // namespace

std::shared_ptr<Net> make_net(std::string_view architecture, const Json& json) {
  std::vector<std::string> names;
  for (const Architecture& each : architectures()) {
    names.push_back(each.name);
    if (each.name != architecture) continue;
    JsonReader settings(json, std::string(architecture));
    auto net = each.make(settings);
    settings.finish();
    return net;
  }
  const std::string near = nearest_name(architecture, names);
  throw Error(ErrorCode::NotFound, "make_net",
              fmt::format("there is no architecture {}{}", in_quotes(architecture),
                          near.empty() ? "" : fmt::format("; nearest: \"{}\"", near)));
}

}  // namespace workflow
