// The pictures of the guides: what models and operators make of a few photos, drawn and laid side by side.
// usage: pictures <folder with sample1.jpg, sample2.jpg, ... of face-api's demo> <folder for the pictures>
#include <workflow/workflow.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <exception>

namespace wf = workflow;

using Pictures = std::vector<wf::Image>;

// Pictures beside each other, each scaled to one height; `gap` white pixels between them.
wf::Image in_a_row(const Pictures& pictures, int height, int gap = 8) {
  Pictures scaled;
  int width = -gap;
  for (const wf::Image& picture : pictures) {
    scaled.push_back(wf::Resize{.height = height}(picture));
    width += scaled.back().width() + gap;
  }
  const auto stride = static_cast<std::size_t>(width) * 3;
  std::vector<std::uint8_t> pixels(stride * static_cast<std::size_t>(height), 255);
  std::size_t left = 0;
  for (const wf::Image& picture : scaled) {
    const auto bytes = static_cast<std::size_t>(picture.width()) * 3;
    for (int y = 0; y < height; ++y)
      std::memcpy(&pixels[static_cast<std::size_t>(y) * stride + left], picture.row(y), bytes);
    left += bytes + static_cast<std::size_t>(gap) * 3;
  }
  return wf::Image::copy_of(pixels, width, height);
}

wf::Image in_rows(const Pictures& rows, int width, int gap = 8) {
  Pictures scaled;
  int height = -gap;
  for (const wf::Image& row : rows) {
    scaled.push_back(wf::Resize{.width = width}(row));
    height += scaled.back().height() + gap;
  }
  const auto stride = static_cast<std::size_t>(width) * 3;
  std::vector<std::uint8_t> pixels(stride * static_cast<std::size_t>(height), 255);
  std::size_t top = 0;
  for (const wf::Image& row : scaled) {
    for (int y = 0; y < row.height(); ++y)
      std::memcpy(&pixels[(top + static_cast<std::size_t>(y)) * stride], row.row(y), stride);
    top += static_cast<std::size_t>(row.height() + gap);
  }
  return wf::Image::copy_of(pixels, width, height);
}

// An age is a score of hundred years; draw() shows a text as it is.
wf::Text years(const wf::Concepts& seen) { return {fmt::format("{:.0f} years", seen.score("age") * 100)}; }

// What the graph draws on each photo.
Pictures drawn(const wf::Graph& graph, const Pictures& photos) {
  wf::Executor executor;
  Pictures all;
  for (const wf::Result& result : executor.run(graph, photos)) {
    if (!result.ok()) throw result.error();
    all.push_back(wf::draw(result));
  }
  return all;
}

// The images that a step of the graph gives.
Pictures made(const wf::Graph& graph, const wf::Port<wf::Image>& port, const Pictures& photos) {
  wf::Executor executor;
  Pictures all;
  for (const wf::Result& result : executor.run(graph, photos)) {
    if (!result.ok()) throw result.error();
    for (const auto& image : result[port]) all.push_back(*image);
  }
  return all;
}

struct Guide {
  wf::Catalogue catalogue = wf::Catalogue::standard();
  wf::Detector find_faces = catalogue.load<wf::Detector>("face-detector");
  std::string photos;
  std::string out;

  wf::Image photo(int number, int width) const {
    return wf::Resize{.width = width}(wf::read_image(fmt::format("{}/sample{}.jpg", photos, number)));
  }
  void save(const wf::Image& picture, const std::string& name) const {
    wf::save(picture, fmt::format("{}/{}.jpg", out, name));
  }

  void faces() const {
    wf::Graph graph("faces");
    auto face = graph.input<wf::Image>("photo").then(find_faces).named("faces");
    auto crop = face.then(wf::Crop{});
    crop.then(catalogue.load<wf::Landmarker>("face-landmarks")).named("points");
    crop.then(catalogue.load<wf::Classifier>("face-expression")).named("expressions");
    crop.then(catalogue.load<wf::Classifier>("face-age-gender")).named("genders").then(years).named("ages");
    face.then(wf::Crop{.margin = 1.2f}).then(catalogue.load<wf::Classifier>("face-mask")).named("masks");
    save(drawn(graph, {photo(1, 800)})[0], "faces");
  }

  void objects() const {
    wf::Graph graph("objects");
    graph.input<wf::Image>("photo").then(catalogue.load<wf::Detector>("object-detector")).named("things");
    save(in_a_row(drawn(graph, {photo(1, 500), photo(6, 500)}), 330), "objects");
  }

  void crop_and_align() const {
    wf::Graph graph("crops");
    auto face = graph.input<wf::Image>("photo").then(find_faces).named("faces");
    auto crop = face.then(wf::Crop{.margin = 1.2f}).named("crops");
    auto upright = face.then(wf::Crop{})
                       .then(catalogue.load<wf::Landmarker>("face-landmarks"))
                       .then(wf::Align{.width = 160, .height = 160})
                       .named("aligned");
    const Pictures one = {photo(1, 900)};
    save(in_rows({in_a_row(made(graph, crop, one), 160), in_a_row(made(graph, upright, one), 160)}, 500), "crop-align");
  }

  void blur() const {
    wf::Graph graph("blur");
    auto faces = graph.input<wf::Image>("photo").then(find_faces).named("faces");
    auto blurred = faces.then(wf::Blur{.margin = 1.2f}).named("blurred");
    auto coarse = faces.then(wf::Blur{.how = wf::Blur::How::Pixelate, .margin = 1.2f}).named("coarse");
    const Pictures one = {photo(6, 420)};
    save(in_a_row({made(graph, blurred, one)[0], made(graph, coarse, one)[0]}, 210), "blur");
  }

  // Two tiles see what stands in both of them twice.
  void tiles() const {
    wf::Graph twice("tiles");
    auto tile = twice.input<wf::Image>("photo").then(wf::Tile{.size = 320, .largest_object = 120});
    tile.then(find_faces).named("faces");
    wf::Graph once("merged");
    once.input<wf::Image>("photo")
        .then(wf::Tile{.size = 320, .largest_object = 120})
        .then(find_faces)
        .then(wf::MergeTiles{})
        .named("faces");
    const Pictures one = {photo(1, 480)};
    save(in_a_row({drawn(twice, one)[0], drawn(once, one)[0]}, 220), "merge-tiles");
  }

  // A camera that pans over a photo: each face keeps its number.
  void track() const {
    const wf::Image whole = photo(1, 900);
    Pictures frames;
    for (int i = 0; i <= 8; ++i) {
      const float left = 0.03f + 0.045f * static_cast<float>(i);
      frames.push_back(whole.crop({left, 0.1f, left + 0.55f, 0.7f}).standing_at({0, 0, 1, 1}));
    }
    wf::Graph graph("track");
    graph.input<wf::Image>("frame").then(find_faces).then(wf::Track{}).named("faces");
    const Pictures all = drawn(graph, frames);
    save(in_a_row({all[0], all[4], all[8]}, 190), "track");
  }
};

int main(int argc, char** argv) try {
  if (argc != 3)
    return fmt::print(stderr, "usage: pictures <folder with face-api's sample photos> <folder for the pictures>\n"), 2;

  const Guide guide = {.photos = argv[1], .out = argv[2]};
  guide.faces();
  guide.objects();
  guide.crop_and_align();
  guide.blur();
  guide.tiles();
  guide.track();
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
