// Deep training against python3-torch's own loop: the same net, batch, threads and precision in one run; how much of the time
// computes, and whether memory stays flat from epoch to epoch.
// usage: bench_train_deep [pictures, 1024]
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

#include "workflow/workflow.h"

namespace wf = workflow;

namespace {

constexpr int threads = 2;

wf::Dataset pictures(int count, int side) {
  std::vector<wf::LabelledInput> inputs;
  std::mt19937_64 random(1);
  for (int i = 0; i < count; ++i) {
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(side * side) * 3);
    for (std::uint8_t& value : pixels) value = static_cast<std::uint8_t>(random() % 128 + static_cast<std::size_t>(i % 10) * 12);
    inputs.push_back({.id = std::to_string(i), .input = wf::Image::copy_of(pixels, side, side), .positive = {std::to_string(i % 10)}});
  }
  return wf::Dataset::of(std::move(inputs));
}

double resident_megabytes() {
  std::ifstream statm("/proc/self/statm");
  double whole = 0, resident = 0;
  statm >> whole >> resident;
  return resident * 4096 / (1 << 20);
}

// Seconds of a step by python3-torch; 0 where there is none.
double peer(const std::string& net, int side, int batch, bool bf16) {
  const std::string command = fmt::format("/usr/bin/python3 {}/bench/train_deep_peer.py {} {} {} {} {} 2>/dev/null", WORKFLOW_SOURCE_DIR, net,
                                          side, batch, threads, bf16 ? 1 : 0);
  double seconds = 0;
  if (FILE* pipe = popen(command.c_str(), "r")) {
    if (fscanf(pipe, "%lf", &seconds) != 1) seconds = 0;
    pclose(pipe);
  }
  return seconds;
}

void bench(const std::string& net, int side, int batch, int count, bool bf16) {
  wf::Trainer trainer = wf::Trainer::deep(wf::Catalogue::standard().training_template("classification/" + net),
                                          {.epochs = 4, .threads = threads, .precision = bf16 ? wf::Precision::BFloat16 : wf::Precision::Float32});
  trainer.set({{"image_size", side}, {"batch", batch}});
  std::vector<double> seconds, megabytes;
  trainer.on_epoch([&](const wf::Epoch& epoch) {
    seconds.push_back(epoch.seconds);
    megabytes.push_back(resident_megabytes());
    return wf::Verdict::Continue;
  });
  const wf::Report report = trainer.fit(pictures(count, side)).report;
  double least = 1e9;  // of an epoch but the first, which warms up
  for (std::size_t i = 1; i < seconds.size(); ++i) least = std::min(least, seconds[i] - seconds[i - 1]);
  const double step = least / (count / batch);
  const double other = peer(net, side, batch, bf16);
  fmt::print("{} at {} px, batch {}, {} threads, {}: {:.1f} ms a step, {:.0f} pictures a second\n", net, side, batch, threads,
             bf16 ? "bfloat16" : "float32", step * 1e3, batch / step);
  if (other > 0)
    fmt::print("{:<52} {:>8.3f} {:>8}\n", fmt::format("step / python3-torch's of {:.1f} ms (bar 1.10)", other * 1e3), step / other, 1.10);
  else
    fmt::print("no python3-torch here to compare with\n");
  fmt::print("{:<52} {:>8.3f} {:>8}\n", "share of the time that computes (bar 0.90)",
             1 - report.seconds_waiting / report.seconds_training, 0.90);
  fmt::print("{:<52} {:>8.1f} MB\n", "memory after the last epoch over that after the 2nd", megabytes.back() - megabytes[1]);
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 1024;
  for (const bool bf16 : {false, true}) {
    bench("tiny", 28, 128, 4 * count, bf16);
    bench("resnet18", 64, 32, count, bf16);
  }
}
