#include "nets/architectures.h"

#include <fmt/format.h>

#include <functional>

#include "base/in_quotes.h"
#include "base/json_reader.h"
#include "base/nearest.h"
#include "nets/face_embedder.h"
#include "nets/face_features.h"
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

const std::vector<Architecture>& architectures() {
  static const std::vector<Architecture> all = {
      {"tiny-yolo", [](JsonReader& s) { return std::make_shared<TinyYolo>(s.integer("anchors", 1, 100)); }},
      {"face-features", [](JsonReader& s) { return std::make_shared<FaceFeatures>(s.integer("outputs", 1, 100'000)); }},
      {"face-embedder", [](JsonReader&) { return std::make_shared<FaceEmbedder>(); }},
      {"yunet", [](JsonReader&) { return std::make_shared<YuNet>(); }},
      {"use-lite", [](JsonReader&) { return std::make_shared<SentenceEncoder>(); }},
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
