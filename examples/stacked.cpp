// Stacked: find the faces on each photo, keep the sure ones, cut them out, read each one's expression.
// Prints a line a face; writes each photo with its boxes as PNG, and all results as JSON lines.
// usage: stacked <photo, folder or glob> <folder for pictures and JSON>
#include <workflow/workflow.h>

#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <fstream>

namespace wf = workflow;

int main(int argc, char** argv) try {
  if (argc != 3) return fmt::print(stderr, "usage: stacked <photos> <out>\n"), 2;

  auto catalogue = wf::Catalogue::standard();
  auto find_faces = catalogue.load<wf::Detector>("face-detector");
  auto read_expression = catalogue.load<wf::Classifier>("face-expression");

  wf::Graph graph("face-expression");
  auto photo = graph.input<wf::Image>("photo");
  auto faces = photo.then(find_faces).then(wf::Keep{.at_least = 0.6f}).named("faces");
  auto expressions = faces.then(wf::Crop{}).then(read_expression).named("expressions");

  std::filesystem::create_directories(argv[2]);
  std::ofstream json(fmt::format("{}/results.jsonl", argv[2]));

  wf::Executor executor;
  auto run = executor.run(graph, wf::images(argv[1]));
  for (const wf::Result& result : run) {
    if (!result.ok()) {
      fmt::print(stderr, "{}\n", result.error().what());
      continue;
    }
    for (const auto& expression : result[expressions]) {
      const auto& face = expression.from<wf::Region>();
      fmt::print("{} face {:.2f} at ({:.0f}, {:.0f}): {} {:.2f}\n", result.id(), face.score, face.box.left * 100, face.box.top * 100,
                 expression->top().name, expression->top().score);
    }
    json << result.to_json().dump() << '\n';
    wf::save(wf::draw(result), fmt::format("{}/{}.png", argv[2], result.id()));
  }
  fmt::print("{}\n", run.stats());
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
