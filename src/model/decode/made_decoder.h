#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "base/json_reader.h"
#include "model/session.h"
#include "workflow/model/spec.h"

namespace workflow {

/// Reads a spec's decoding: takes the place of its "kind" among `kinds`, has the decoder made, and refuses settings that
/// nobody asked for.
template <class Decoder>
std::shared_ptr<const Decoder> made_decoder(
    const ModelSpec& spec, std::span<const std::string_view> kinds,
    const std::function<std::shared_ptr<const Decoder>(std::size_t kind, JsonReader& settings)>& make) {
  JsonReader settings(spec.decoding, spec.name() + " decoding");
  const std::size_t kind = settings.choice("kind", kinds);
  auto decoder = make(kind, settings);
  settings.finish();
  return decoder;
}

/// The one output that a net of one output gave. Throws Error (InvalidModel) that names the model, where there are others.
const Output& only_output(std::span<const Output> outputs, const std::string& model);

}  // namespace workflow
