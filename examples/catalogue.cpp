// The catalogue: loads every model whose weights are there, runs it on a photo or on each line of a text file, and prints a
// line for each answer. Models of faces get the faces that face-detector cuts out. Pictures of what detectors found go into
// a folder.
// usage: catalogue <photo> <text file> <folder for pictures>
#include <workflow/workflow.h>

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace wf = workflow;

std::string in_words(const wf::Region& region) {
  return fmt::format("{} {:.2f} at ({:.0f}, {:.0f}) to ({:.0f}, {:.0f})", region.concepts.top().name, region.score,
                     region.box.left * 100, region.box.top * 100, region.box.right * 100, region.box.bottom * 100);
}

std::string in_words(const wf::Concepts& concepts) {
  std::string words;
  for (std::size_t i = 0; i < std::min<std::size_t>(concepts.size(), 4); ++i)
    words += fmt::format("{}{} {:.2f}", i == 0 ? "" : ", ", concepts[i].name, concepts[i].score);
  return words;
}

std::string in_words(const wf::Embedding& embedding) { return fmt::format("{} numbers", embedding.values.size()); }

std::string in_words(const wf::Landmarks& landmarks) { return fmt::format("{} points", landmarks.points.size()); }

// Those that look at one face; face detectors look at whole photos.
bool wants_a_face(const wf::ModelSpec& spec) {
  return spec.output != "regions" && std::ranges::find(spec.tags, "face") != spec.tags.end();
}

template <class Model>
void run_on_photo(const wf::Catalogue& catalogue, const wf::ModelSpec& spec, const std::string& file,
                  const std::string& out) {
  const auto model = catalogue.load<Model>(spec.id);
  wf::Graph graph(spec.id);
  auto photo = graph.input<wf::Image>("photo");
  auto seen = wants_a_face(spec) ? photo.then(catalogue.load<wf::Detector>("face-detector")).then(wf::Crop{}) : photo;
  auto found = seen.then(model).named("found");

  wf::Executor executor;
  for (const wf::Result& result : executor.run(graph, wf::images(file))) {
    if (!result.ok()) throw result.error();
    for (const auto& item : result[found]) fmt::print("{}: {}\n", spec.name(), in_words(*item));
    if (spec.output == "regions") wf::save(wf::draw(result), fmt::format("{}/{}.jpg", out, spec.id));
  }
}

template <class Model>
void run_on_texts(const wf::Catalogue& catalogue, const wf::ModelSpec& spec, const std::string& file) {
  wf::Graph graph(spec.id);
  auto text = graph.input<wf::Text>("text");
  auto found = text.then(catalogue.load<Model>(spec.id)).named("found");

  wf::Executor executor;
  for (const wf::Result& result : executor.run(graph, wf::texts(file))) {
    if (!result.ok()) throw result.error();
    for (const auto& item : result[found]) fmt::print("{}: {}: {}\n", spec.name(), result.id(), in_words(*item));
  }
}

void run(const wf::Catalogue& catalogue, const wf::ModelSpec& spec, const std::string& photo, const std::string& texts,
         const std::string& out) {
  if (spec.input == "text") {
    if (spec.output == "concepts") run_on_texts<wf::Classifier>(catalogue, spec, texts);
    if (spec.output == "embedding") run_on_texts<wf::Embedder>(catalogue, spec, texts);
    return;
  }
  if (spec.output == "regions") run_on_photo<wf::Detector>(catalogue, spec, photo, out);
  if (spec.output == "concepts") run_on_photo<wf::Classifier>(catalogue, spec, photo, out);
  if (spec.output == "embedding") run_on_photo<wf::Embedder>(catalogue, spec, photo, out);
  if (spec.output == "landmarks") run_on_photo<wf::Landmarker>(catalogue, spec, photo, out);
}

int main(int argc, char** argv) try {
  if (argc != 4) return fmt::print(stderr, "usage: catalogue <photo> <text file> <folder for pictures>\n"), 2;

  const auto catalogue = wf::Catalogue::standard();
  for (const wf::ModelSpec& spec : catalogue.list()) {
    try {
      run(catalogue, spec, argv[1], argv[2], argv[3]);
    } catch (const wf::Error& error) {
      if (error.code() != wf::ErrorCode::NotFound) throw;
      fmt::print("{}: not here: {}\n", spec.name(), error.what());
    }
  }
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
