// Head-only training against one pass of the trunk (the median of 7 pairs) and against running it every epoch, on photos; a
// second training on the same inputs; and memory on made embeddings, 100,000 of them and 10,000 concepts.
// usage: bench_train_head [photos a concept, 100]
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
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

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
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
  const wf::HeadOptions options{.epochs = 20, .cache = {.folder = folder + "/cache"}};
  wf::HeadOptions uncached;
  uncached.cache.most_bytes = 0;
  std::vector<double> passes, firsts, shares;
  for (int i = 0; i < 7; ++i) {
    std::filesystem::remove_all(options.cache.folder);
    passes.push_back(seconds_of([&] { wf::embed_inputs(embed, dataset, uncached); }));
    firsts.push_back(seconds_of([&] { wf::Trainer::head(embed, options).fit(dataset); }));
    shares.push_back(firsts.back() / passes.back());
  }
  const double pass = median_of(passes), first = median_of(firsts), share = median_of(shares);
  const double second = seconds_of([&] { wf::Trainer::head(embed, options).fit(dataset); });
  const double plain = seconds_of([&] { run_trunk_every_epoch(embed, dataset, 20); });
  fmt::print(
      "{} photos, 20 epochs: one pass of the trunk {:.2f} s, training {:.2f} s, again {:.2f} s, trunk every epoch {:.2f} "
      "s\n",
      dataset.size(), pass, first, second, plain);
  fmt::print("{:<52} {:>8.2f} {:>8}\n", "trunk every epoch / training (bar 10)", plain / first, 10);
  fmt::print("{:<52} {:>8.3f} {:>8}\n", "training / one pass of the trunk (bar 1.1)", share, 1.1);
  std::filesystem::remove_all(folder);
}

// Small pictures of ten concepts: each a pattern under noise, as far as one in ten is not told from another; labels that
// have nothing to do with the pictures where they cannot be learnt.
wf::Dataset patterns(int count, bool can_be_learnt) {
  std::mt19937_64 random(2);
  std::vector<std::vector<std::uint8_t>> plain(10, std::vector<std::uint8_t>(8 * 8 * 3));
  for (auto& pattern : plain)
    for (auto& value : pattern) value = static_cast<std::uint8_t>(random() % 128);
  std::vector<wf::LabelledInput> inputs;
  for (int i = 0; i < count; ++i) {
    const std::size_t shown = random() % 10, other = random() % 10, said = can_be_learnt ? shown : random() % 10;
    const double share = static_cast<double>(random() % 1000) / 1600;  // of another concept's pattern
    std::vector<std::uint8_t> pixels;
    for (std::size_t at = 0; at < 8 * 8 * 3; ++at)
      pixels.push_back(static_cast<std::uint8_t>((1 - share) * plain[shown][at] + share * plain[other][at] +
                                                 static_cast<double>(random() % 128)));
    inputs.push_back(
        {.id = std::to_string(i), .input = wf::Image::copy_of(pixels, 8, 8), .positive = {std::to_string(said)}});
  }
  return wf::Dataset::of(std::move(inputs));
}

// A second training: everything is on disk, each input is looked up and trained on.
void bench_second(bool can_be_learnt) {
  const std::string folder = (std::filesystem::temp_directory_path() / "workflow-bench-second").string();
  std::filesystem::remove_all(folder);
  const auto embed = wf::Catalogue::standard().load<wf::Embedder>("image-embedder");
  const auto dataset = patterns(5000, can_be_learnt);
  const wf::Trainer trainer = wf::Trainer::head(embed, {.cross_validate = true, .cache = {.folder = folder}});
  const auto first = trainer.fit(dataset).report;
  const double again = seconds_of([&] { trainer.fit(dataset); });
  double accuracy = 0;
  for (const double each : first.fold_accuracy) accuracy += each / static_cast<double>(first.fold_accuracy.size());
  fmt::print("5,000 inputs, embedded in {:.0f} s, {} epochs, {:.1f} % told right{}\n", first.seconds_embedding,
             first.epochs.size(), accuracy * 100, can_be_learnt ? "" : ": the labels cannot be learnt");
  fmt::print("{:<52} {:>8.2f} {:>8}\n", can_be_learnt ? "second training on 5,000 inputs, s (bar 2)" : "the same", again,
             can_be_learnt ? "2" : "");
  std::filesystem::remove_all(folder);
}

// A head and those of five folds on made embeddings, as a calibrated training has them.
void bench_memory(std::size_t count, std::size_t length, std::size_t concepts, int epochs) {
  std::vector<float> values(count * length);
  wf::Targets targets{.concepts = concepts};
  std::mt19937_64 random(1);
  for (float& value : values) value = static_cast<float>(random() >> 40U) * 0x1p-24f;
  std::vector<std::vector<std::uint32_t>> folds(5);
  for (std::size_t i = 0; i < count; ++i) {
    targets.rows.push_back({{static_cast<std::uint32_t>(i % concepts)}, {}, true});
    values[i * length + i % concepts % length] += 0.5f;
    folds[i % 5].push_back(static_cast<std::uint32_t>(i));
  }
  std::vector<std::span<const std::uint32_t>> left_out(1);  // the head itself learns from every row
  left_out.insert(left_out.end(), folds.begin(), folds.end());
  const double seconds = seconds_of([&] {
    const auto start = wf::starting_layers(std::vector<std::size_t>{length, concepts}, 1);
    wf::fit_side_by_side({6, start.front()}, {values, length, &targets}, left_out, {},
                         {.epochs = epochs, .l2 = 0.01, .threads = 2});
  });
  fmt::print("{:<52} {:>8.0f} {:>8}\n",
             fmt::format("{} x {}, {} concepts, {} epochs in {:.1f} s: peak, MB", count, length, concepts, epochs, seconds),
             peak_megabytes(), 1024);
}

}  // namespace

int main(int argc, char** argv) try {
  bench_memory(100'000, 512, 10, 20);  // first, as a peak never falls
  bench_memory(10'000, 512, 10'000, 3);
  bench_photos(argc > 1 ? std::atoi(argv[1]) : 100);
  bench_second(true);
  bench_second(false);
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
