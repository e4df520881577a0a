// Stacked: faces found, cut out and read, on scenes with a known number of faces; the library against (a) the loop that an
// expert writes by hand and (b) the plain one, crop by crop, in one run. All three must give the same.
// usage: bench_stacked [runs in turns, 15 [threads; both 1 and 2 where it is left out]]
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>

#include "hand_written.h"
#include "planted_scenes.h"
#include "workflow/workflow.h"

namespace wf = workflow;
using wf::bench::Face;
using wf::bench::Faces;
using wf::bench::HandSettings;
using wf::bench::HandWritten;
using wf::bench::PlainLoop;

namespace {

constexpr float least_score = 0.55f;
constexpr std::size_t photos_a_run = 16;

double seconds(auto&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

/// The pipeline as a host writes it.
class Library {
 public:
  Library(const wf::Detector& find_faces, const wf::Classifier& read_expression, int threads)
      : executor_({.threads = threads}), faces_(draw(find_faces, read_expression)) {}

  std::vector<Faces> run(const std::vector<wf::Image>& photos) const {
    std::vector<Faces> all;
    for (const wf::Result& result : executor_.run(graph_, photos)) {
      if (!result.ok()) throw result.error();
      Faces faces;
      for (const auto& expression : result[faces_]) {
        const auto& region = expression.from<wf::Region>();
        Face face{region.box.left, region.box.top, region.box.right, region.box.bottom, region.score, {}};
        for (std::size_t i = 0; i < names_.size(); ++i) face.expressions[i] = expression->score(names_[i]);
        faces.push_back(face);
      }
      all.push_back(std::move(faces));
    }
    return all;
  }

 private:
  wf::Port<wf::Concepts> draw(const wf::Detector& find_faces, const wf::Classifier& read_expression) {
    names_ = read_expression.labels();
    return graph_.input<wf::Image>("photo").then(find_faces).then(wf::Keep{.at_least = least_score}).then(wf::Crop{}).then(read_expression);
  }

  wf::Graph graph_{"stacked"};
  wf::Executor executor_;
  std::vector<std::string> names_;
  wf::Port<wf::Concepts> faces_;
};

/// The largest difference in any number, or infinity where the faces are not the same ones.
float difference(const std::vector<Faces>& a, const std::vector<Faces>& b) {
  constexpr float apart = std::numeric_limits<float>::infinity();
  float largest = 0;
  if (a.size() != b.size()) return apart;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].size() != b[i].size()) return apart;
    for (std::size_t k = 0; k < a[i].size(); ++k) {
      const Face& x = a[i][k];
      const Face& y = b[i][k];
      for (const auto& [p, q] : {std::pair{x.left, y.left}, {x.top, y.top}, {x.right, y.right}, {x.bottom, y.bottom}, {x.score, y.score}})
        largest = std::max(largest, std::abs(p - q));
      for (std::size_t e = 0; e < x.expressions.size(); ++e) largest = std::max(largest, std::abs(x.expressions[e] - y.expressions[e]));
    }
  }
  return largest;
}

std::vector<HandSettings> variants(int threads) {
  std::vector<HandSettings> all;
  for (const auto& [callers, omp] : threads == 1 ? std::vector<std::pair<int, int>>{{1, 1}} : std::vector<std::pair<int, int>>{{2, 1}, {1, 2}})
    for (const bool packed : {true, false})
      for (const std::size_t detections : {std::size_t{1}, std::size_t{4}})
        for (const std::size_t crops : {std::size_t{8}, std::size_t{16}, std::size_t{32}})
          all.push_back({.photos = 8, .detections = detections, .crops = crops, .packed = packed, .callers = callers, .omp_threads = omp});
  return all;
}

bool measure(const wf::Detector& find_faces, const wf::Classifier& read_expression, const wf::bench::PlantedScenes& scenes,
             std::map<int, std::vector<wf::Image>>& planted, int threads, int pairs) {
  fmt::print("\n{} thread{}\n{:>5} {:>6} {:>9} {:>9} {:>9} {:>11} {:>11} {:>12}  {}\n", threads, threads > 1 ? "s" : "", "faces", "found",
             "library", "by hand", "plain", "library/(a)", "(b)/library", "difference", "the hand-written loop's best settings");
  fmt::print("{:>5} {:>6} {:>9} {:>9} {:>9} {:>11} {:>11}\n", "", "", "ms/photo", "ms/photo", "ms/photo", "bar 1.03", "bar 1.5");
  const Library library(find_faces, read_expression, threads);
  std::vector<std::unique_ptr<HandWritten>> hands;
  for (const HandSettings& settings : variants(threads)) hands.push_back(std::make_unique<HandWritten>(settings, least_score));
  PlainLoop plain(least_score, threads);
  bool equal = true;

  for (const int count : {0, 1, 4, 16, 64}) {
    auto& photos = planted[count];
    if (photos.empty()) {
      const std::vector<wf::Image> distinct = {scenes.plant(count, 1), scenes.plant(count, 2)};
      for (std::size_t i = 0; i < photos_a_run; ++i) photos.push_back(distinct[i % distinct.size()]);
    }
    const wf::bench::Photo photo = [&](std::size_t i) { return wf::as_mat(photos[i]); };

    HandWritten* best = nullptr;
    double least = 0;
    for (const auto& hand : hands) {
      hand->run(photo, photos.size());
      std::vector<double> times;
      for (int i = 0; i < 3; ++i) times.push_back(seconds([&] { hand->run(photo, photos.size()); }));
      const double time = *std::min_element(times.begin(), times.end());
      if (!best || time < least) {
        best = hand.get();
        least = time;
      }
    }

    const auto by_library = library.run(photos);
    const float apart = std::max(difference(by_library, best->run(photo, photos.size())), difference(by_library, plain.run(photo, photos.size())));
    equal = equal && apart <= 1e-4f;
    std::size_t found = 0;
    for (const Faces& faces : by_library) found += faces.size();

    // In turns, so that whatever else the machine does falls on all three.
    std::vector<double> ours, theirs, plains, to_hand, to_plain;
    for (int i = 0; i < pairs; ++i) {
      const bool swap = i % 2 == 1;
      if (swap) theirs.push_back(seconds([&] { best->run(photo, photos.size()); }));
      ours.push_back(seconds([&] { library.run(photos); }));
      if (!swap) theirs.push_back(seconds([&] { best->run(photo, photos.size()); }));
      plains.push_back(seconds([&] { plain.run(photo, photos.size()); }));
      to_hand.push_back(ours.back() / theirs.back());
      to_plain.push_back(plains.back() / ours.back());
    }
    const double a_photo = 1e3 / static_cast<double>(photos.size());
    fmt::print("{:>5} {:>6.1f} {:>9.2f} {:>9.2f} {:>9.2f} {:>11.3f} {:>11.2f} {:>12}  {}\n", count,
               static_cast<double>(found) / static_cast<double>(photos.size()), median(ours) * a_photo, median(theirs) * a_photo,
               median(plains) * a_photo, median(to_hand), median(to_plain), fmt::format("{}{:.0e}", apart <= 1e-4f ? "" : "UNEQUAL ", apart),
               best->settings().text());

    if (count == 0 && threads == 1) {
      // What the graph costs where there is nothing below the detector to do.
      std::vector<double> more;
      for (int i = 0; i < pairs * 2; ++i) {
        const double detector = seconds([&] {
          for (std::size_t first = 0; first < photos.size(); first += 8) find_faces.detect(std::span(photos).subspan(first, 8));
        });
        more.push_back((seconds([&] { library.run(photos); }) - detector) * 1e6 / static_cast<double>(photos.size()));
      }
      fmt::print("      no face: the detector and {:.1f} us a photo (bar 50)\n", median(more));
    }
  }
  return equal;
}

}  // namespace

int main(int argc, char** argv) try {
  const int pairs = argc > 1 ? std::atoi(argv[1]) : 15;
  cv::setNumThreads(1);
  omp_set_num_threads(1);
  const char* npm = std::getenv("WORKFLOW_NPM");
  const std::string packages = npm ? npm : std::string(std::getenv("HOME")) + "/.cache/workflow/npm";
  auto catalogue = wf::Catalogue::standard();
  const auto find_faces = catalogue.load<wf::Detector>("face-detector");
  const auto read_expression = catalogue.load<wf::Classifier>("face-expression");
  std::vector<wf::Image> sources;
  for (int i = 1; i <= 6; ++i) sources.push_back(wf::read_image(fmt::format("{}/vladmandic-face-api-1.7.15/demo/sample{}.jpg", packages, i)));
  const wf::bench::PlantedScenes scenes(find_faces, sources, least_score);

  fmt::print("stacked: {} photos a run, {} runs in turns, medians\n", photos_a_run, pairs);
  std::map<int, std::vector<wf::Image>> planted;
  bool equal = true;
  for (const int threads : argc > 2 ? std::vector{std::atoi(argv[2])} : std::vector{1, 2}) equal = measure(find_faces, read_expression, scenes, planted, threads, pairs) && equal;
  return equal ? 0 : 1;
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
