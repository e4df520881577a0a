// A host that has only the installed library: no model, no photo, the engine and an operator of its own.
#include <workflow/workflow.h>

#include <fmt/format.h>

#include <cstdint>
#include <vector>

namespace wf = workflow;

int main() {
  const std::vector<std::uint8_t> grey(64 * 48 * 3, 128);
  wf::Graph graph("embedded");
  auto photo = graph.input<wf::Image>("photo");
  auto tiles = photo.then(wf::Tile{.size = 32, .largest_object = 8});
  auto count = tiles.then(wf::Count{}).named("count");
  auto wide = photo.then([](const wf::Image& image) { return image.width() > image.height(); });

  int results = 0;
  for (const wf::Result& result : wf::Executor().run(graph, std::vector{wf::Image::copy_of(grey, 64, 48)})) {
    if (result[count].front()->score("total") != 6.0f || result[wide].size() != 1) return 1;
    fmt::print("{}\n", result.to_json().dump());
    ++results;
  }
  try {
    wf::Catalogue::standard({.folder = "/nowhere"}).load<wf::Detector>("face-detektor");
    return 1;
  } catch (const wf::Error& error) {  // the type must be the same on both sides of a shared library
    fmt::print("{}\n", error.what());
  }
  return results == 1 ? 0 : 1;
}
