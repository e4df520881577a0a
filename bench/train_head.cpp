// Head-only training against running the trunk every epoch, on photos; and its memory on 100,000 made embeddings.
// usage: bench_train_head [photos a concept, 100]
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "train/embed_inputs.h"
#include "train/fit_layers.h"
#include "workflow/workflow.h"

namespace wf = workflow;

namespace {

double seconds_of(auto&& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double peak_megabytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Photos as they come: JPEG files of 160 pixels, each another one.
wf::Dataset photos(const std::string& folder, int each) {
  std::mt19937_64 random(1);
  for (int concept_number = 0; concept_number < 4; ++concept_number)
    for (int i = 0; i < each; ++i) {
      std::vector<std::uint8_t> pixels(160 * 160 * 3);
      for (std::size_t at = 0; at < pixels.size(); ++at)
        pixels[at] = static_cast<std::uint8_t>((at / 3 % 160 / (8U << concept_number) % 2) * 120 + random() % 100);
      wf::save(wf::Image::copy_of(pixels, 160, 160), fmt::format("{}/{}/{}.jpg", folder, concept_number, i));
    }
  return wf::Dataset::folders(folder);
}

// What a loop without a cache does: the trunk over everything, then one step of the head, twenty times.
void run_trunk_every_epoch(const wf::Embedder& embed, const wf::Dataset& dataset, int epochs) {
  wf::HeadOptions options;
  options.cache.most_bytes = 0;
  wf::TargetRules rules{true, false, dataset.concepts()};
  std::vector<wf::Layer> layers;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    const auto embedded = wf::embed_inputs(embed, dataset, options);
    wf::Targets targets{.concepts = dataset.concepts().size()};
    const wf::TargetMaker target_of(dataset, rules);
    for (const std::uint32_t place : embedded.places) targets.rows.push_back(target_of(place));
    if (layers.empty()) layers = wf::starting_layers(std::vector<std::size_t>{embedded.length, targets.concepts}, 1);
    layers =
        wf::fit_layers(std::move(layers), {embedded.values, embedded.length, &targets}, {}, {}, {.epochs = 1, .threads = 2});
  }
}

void bench_photos(int each) {
  const std::string folder = (std::filesystem::temp_directory_path() / "workflow-bench-train-head").string();
  std::filesystem::remove_all(folder);
  const auto dataset = photos(folder + "/photos", each);
  const auto embed = wf::Catalogue::standard().load<wf::Embedder>("image-embedder");
  wf::HeadOptions options{.epochs = 20, .cache = {.folder = folder + "/cache"}};
  wf::HeadOptions uncached;
  uncached.cache.most_bytes = 0;
  const double pass = seconds_of([&] { wf::embed_inputs(embed, dataset, uncached); });
  const double first = seconds_of([&] { wf::Trainer::head(embed, options).fit(dataset); });
  const double second = seconds_of([&] { wf::Trainer::head(embed, options).fit(dataset); });
  const double plain = seconds_of([&] { run_trunk_every_epoch(embed, dataset, 20); });
  fmt::print(
      "{} photos, 20 epochs: one pass of the trunk {:.2f} s, training {:.2f} s, again {:.2f} s, trunk every epoch {:.2f} "
      "s\n",
      dataset.size(), pass, first, second, plain);
  fmt::print("{:<52} {:>8.2f} {:>8}\n", "trunk every epoch / training (bar 10)", plain / first, 10);
  fmt::print("{:<52} {:>8.3f} {:>8}\n", "training / one pass of the trunk (bar 1.1)", first / pass, 1.1);
  std::filesystem::remove_all(folder);
}

// A second training: everything is on disk. 5,000 small files, each read, looked up and trained on.
void bench_second() {
  const std::string folder = (std::filesystem::temp_directory_path() / "workflow-bench-second").string();
  std::filesystem::remove_all(folder);
  const auto embed = wf::Catalogue::standard().load<wf::Embedder>("image-embedder");
  std::vector<wf::LabelledInput> inputs;
  for (unsigned i = 0; i < 5000; ++i) {
    std::vector<std::uint8_t> pixels(8 * 8 * 3, static_cast<std::uint8_t>(i));
    pixels[0] = static_cast<std::uint8_t>(i >> 8U);
    inputs.push_back(
        {.id = std::to_string(i), .input = wf::Image::copy_of(pixels, 8, 8), .positive = {std::to_string(i % 10)}});
  }
  const auto dataset = wf::Dataset::of(std::move(inputs));
  const wf::Trainer trainer = wf::Trainer::head(embed, {.cache = {.folder = folder}});
  const auto first = trainer.fit(dataset).report;
  const double again = seconds_of([&] { trainer.fit(dataset); });
  fmt::print("{:<52} {:>8.2f} {:>8}\n",
             fmt::format("second training on 5,000 inputs, s (bar 2; first {:.0f} s)", first.seconds_embedding), again, 2);
  std::filesystem::remove_all(folder);
}

void bench_memory() {
  constexpr std::size_t count = 100'000, length = 512, concepts = 10;
  std::vector<float> values(count * length);
  wf::Targets targets{.concepts = concepts};
  std::mt19937_64 random(1);
  for (float& value : values) value = static_cast<float>(random() >> 40U) * 0x1p-24f;
  for (std::size_t i = 0; i < count; ++i) {
    targets.rows.push_back({{static_cast<std::uint32_t>(i % concepts)}, {}, true});
    values[i * length + i % concepts] += 0.5f;
  }
  const double seconds = seconds_of([&] {
    wf::fit_layers(wf::starting_layers(std::vector<std::size_t>{length, concepts}, 1), {values, length, &targets}, {}, {},
                   {.epochs = 20, .l2 = 0.01, .threads = 2});
  });
  fmt::print("{:<52} {:>8.0f} {:>8}\n", fmt::format("100,000 x 512, 20 epochs in {:.1f} s: peak memory, MB", seconds),
             peak_megabytes(), 1024);
}

}  // namespace

int main(int argc, char** argv) try {
  bench_memory();  // first, as a peak never falls
  bench_photos(argc > 1 ? std::atoi(argv[1]) : 100);
  bench_second();
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
