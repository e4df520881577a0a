#include "model/preprocess_json.h"

#include <algorithm>
#include <string_view>

#include "base/json_reader.h"

namespace workflow {

Preprocess preprocess_from_json(const Json& json, const std::string& place) {
  static constexpr std::array<std::string_view, 4> fits = {"stretch", "pad-corner", "pad-centre", "cut-centre"};
  static constexpr std::array<std::string_view, 2> samplings = {"linear", "area"};
  static constexpr std::array<std::string_view, 2> colours = {"rgb", "bgr"};
  JsonReader reader(json, place + " preprocessing");
  Preprocess settings;
  settings.width = static_cast<int>(reader.integer("width", 1, 4096));
  settings.height = static_cast<int>(reader.integer("height", 1, 4096));
  settings.fit = static_cast<Fit>(reader.choice("fit", fits));
  if (settings.fit == Fit::CutCentre) settings.central = reader.number_or("central", 0.1, 1.0, 1.0);
  settings.sampling = static_cast<Sampling>(reader.choice("sampling", samplings));
  settings.rgb = reader.choice("colour", colours) == 0;
  const auto to_float = [](double value) { return static_cast<float>(value); };
  std::ranges::transform(reader.numbers("mean", 3), settings.mean.begin(), to_float);
  std::ranges::transform(reader.numbers("scale", 3), settings.scale.begin(), to_float);
  reader.finish();
  return settings;
}

}  // namespace workflow
