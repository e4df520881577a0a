#include "nets/architectures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/in_quotes.h"
#include "base/json_reader.h"
#include "base/nearest.h"
#include "nets/centernet.h"
#include "nets/centernet_classifier.h"
#include "nets/face_embedder.h"
#include "nets/face_features.h"
#include "nets/fastestdet.h"
#include "nets/fcos.h"
#include "nets/mobilenet.h"
#include "nets/resnet.h"
#include "nets/retinanet.h"
#include "nets/sentence_encoder.h"
#include "nets/ssd_mobilenet_v1.h"
#include "nets/ssdlite.h"
#include "nets/text_transformer.h"
#include "nets/tf_mobilenet_v1.h"
#include "nets/tf_mobilenet_v2.h"
#include "nets/tiny_darknet.h"
#include "nets/tiny_resnet.h"
#include "nets/tiny_xception.h"
#include "nets/tiny_yolo.h"
#include "nets/yunet.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

struct Architecture {
  std::string name;
  std::function<std::shared_ptr<Net>(JsonReader&)> make;
};

std::shared_ptr<Net> tf_mobilenet_v1(JsonReader& s) {
  TfMobileNetV1Settings settings;
  settings.outputs = s.integer("outputs", 1, 100'000);
  settings.width = s.number("width", 0.25, 1);
  settings.background = s.flag_or("background", false);
  return std::make_shared<TfMobileNetV1>(settings);
}

std::shared_ptr<Net> tf_mobilenet_v2(JsonReader& s) {
  TfMobileNetV2Settings settings;
  settings.outputs = s.integer("outputs", 1, 100'000);
  settings.background = s.flag_or("background", false);
  settings.batch_norm = s.flag_or("batch_norm", false);
  settings.hidden = s.integers_or_none("hidden", 4, 1, 100'000);
  settings.features = s.flag_or("features", false);
  settings.blocks = s.integers_or_none("blocks", 16, 1, 16);
  return std::make_shared<TfMobileNetV2>(settings);
}

std::shared_ptr<Net> text_transformer(JsonReader& s) {
  TextTransformerSettings settings;
  settings.pieces = s.integer("pieces", 1, 1'000'000);
  settings.width = s.integer("width", 8, 4096);
  settings.layers = s.integer("layers", 1, 64);
  settings.heads = s.integer("heads", 1, 64);
  settings.outputs = s.integer("outputs", 1, 100'000);
  if (settings.width % (2 * settings.heads) != 0)
    s.fail(fmt::format("\"width\": wanted a multiple of {}, twice the heads, got {}", 2 * settings.heads, settings.width));
  return std::make_shared<TextTransformer>(settings);
}

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
      {"use-lite",
       [](JsonReader& s) {
         const bool features = s.flag_or("features", false);
         return std::make_shared<SentenceEncoder>(features, static_cast<std::int64_t>(s.number_or("outputs", 0, 100'000, 0)));
       }},
      {"text-transformer", text_transformer},
      {"resnet", [](JsonReader& s) { return std::make_shared<ResNet>(resnet_layers(s), classifier_settings(s)); }},
      {"mobilenet-v2", [](JsonReader& s) { return std::make_shared<MobileNetV2>(classifier_settings(s)); }},
      {"mobilenet-v3", [](JsonReader& s) { return std::make_shared<MobileNetV3>(is_large(s), classifier_settings(s)); }},
      {"efficientnet-b0", [](JsonReader& s) { return std::make_shared<EfficientNetB0>(classifier_settings(s)); }},
      {"tiny-resnet", [](JsonReader& s) { return std::make_shared<TinyResNet>(classifier_settings(s)); }},
      {"tiny-xception", [](JsonReader&) { return std::make_shared<TinyXception>(); }},
      {"centernet", [](JsonReader& s) { return std::make_shared<CenterNet>(s.integer("classes", 1, 10'000)); }},
      {"centernet-features", [](JsonReader&) { return std::make_shared<CenterNetFeatures>(); }},
      {"centernet-classifier",
       [](JsonReader& s) { return std::make_shared<CenterNetClassifier>(s.integer("outputs", 1, 100'000)); }},
      {"fastestdet", [](JsonReader& s) { return std::make_shared<FastestDet>(s.integer("classes", 1, 10'000)); }},
      {"ssd-mobilenet-v1", [](JsonReader& s) { return std::make_shared<SsdMobileNetV1>(s.integer("classes", 1, 10'000)); }},
      {"ssdlite", [](JsonReader& s) { return std::make_shared<SsdLite>(s.integer("classes", 2, 10'000)); }},
      {"retinanet",
       [](JsonReader& s) {
         return std::make_shared<RetinaNet>(s.integer("classes", 1, 10'000), s.integer("most", 0, 1'000'000));
       }},
      {"fcos", [](JsonReader& s) { return std::make_shared<Fcos>(s.integer("classes", 1, 10'000)); }},
      {"tiny-darknet", [](JsonReader& s) { return std::make_shared<TinyDarknet>(s.integer("outputs", 1, 100'000)); }},
      {"tf-mobilenet-v1", tf_mobilenet_v1},
      {"tf-mobilenet-v2", tf_mobilenet_v2},
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
