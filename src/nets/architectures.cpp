#include "nets/architectures.h"

#include <fmt/format.h>

#include <functional>

#include "base/in_quotes.h"
#include "base/json_reader.h"
#include "base/nearest.h"
#include "nets/centernet.h"
#include "nets/face_embedder.h"
#include "nets/face_features.h"
#include "nets/fastestdet.h"
#include "nets/ssd_mobilenet_v1.h"
#include "nets/tf_mobilenet_v1.h"
#include "nets/tf_mobilenet_v2.h"
#include "nets/tiny_darknet.h"
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

const std::vector<Architecture>& architectures() {
  static const std::vector<Architecture> all = {
      {"tiny-yolo", [](JsonReader& s) { return std::make_shared<TinyYolo>(s.integer("anchors", 1, 100)); }},
      {"face-features", [](JsonReader& s) { return std::make_shared<FaceFeatures>(s.integer("outputs", 1, 100'000)); }},
      {"face-embedder", [](JsonReader&) { return std::make_shared<FaceEmbedder>(); }},
      {"yunet", [](JsonReader&) { return std::make_shared<YuNet>(); }},
      {"tiny-xception", [](JsonReader&) { return std::make_shared<TinyXception>(); }},
      {"centernet", [](JsonReader& s) { return std::make_shared<CenterNet>(s.integer("classes", 1, 10'000)); }},
      {"centernet-features", [](JsonReader&) { return std::make_shared<CenterNetFeatures>(); }},
      {"fastestdet", [](JsonReader& s) { return std::make_shared<FastestDet>(s.integer("classes", 1, 10'000)); }},
      {"ssd-mobilenet-v1", [](JsonReader& s) { return std::make_shared<SsdMobileNetV1>(s.integer("classes", 1, 10'000)); }},
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
