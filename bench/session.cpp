// How steady a session is: is any call after load() slower than the median one? Each model is opened five times anew, and
// each session called 40 times with every size of batch up to its micro-batch. What a session itself does late (makes
// something at the first call of a size, packs anew, lets memory grow) it does in all five at the same call; what the
// machine does beside it, it does here and there. So a call's time is the least of the five, and the slowest call that of
// these. Beside it, as the machine is: the slowest of all 200, and the slowest of 200 rounds of a plain loop that takes as
// long on as many threads.
//
// usage: bench_session   (weights as the standard catalogue finds them: $WORKFLOW_MIRROR, $WORKFLOW_MODELS)
#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "catalogue/builtin.h"
#include "catalogue/folders.h"
#include "model/preprocess_json.h"
#include "model/session.h"
#include "weights/weights.h"

using namespace workflow;

namespace {

constexpr std::size_t sessions = 5, calls = 40;

double milliseconds(const std::function<void()>& f) {
  const auto begin = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

double median_of(std::vector<double> times) {
  std::ranges::nth_element(times, times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2));
  return times[times.size() / 2];
}

double slowest_of(const std::vector<double>& times) { return *std::ranges::max_element(times) / median_of(times); }

// Work on as many threads, as long as a call: what the machine takes from it, it takes from a session too.
double slowest_of_plain_loop(double wanted_milliseconds) {
  std::vector<float> sums(static_cast<std::size_t>(omp_get_max_threads()) * 16);
  const auto loop = [&](long rounds) {
#pragma omp parallel
    {
      float sum = 1;
      for (long i = 0; i < rounds; ++i) sum = sum * 0.999f + 0.5f;
      sums[static_cast<std::size_t>(omp_get_thread_num()) * 16] = sum;
    }
  };
  loop(1'000'000);
  const auto rounds = static_cast<long>(1e6 * wanted_milliseconds / milliseconds([&] { loop(1'000'000); }));
  std::vector<double> times;
  for (std::size_t i = 0; i < sessions * calls; ++i) times.push_back(milliseconds([&] { loop(rounds); }));
  return slowest_of(times);
}

Image made_up(int width, int height) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width * height * 3));
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 7919 >> 4);
  return Image::copy_of(pixels, width, height);
}

// [size - 1][session][call]
using Times = std::vector<std::vector<std::vector<double>>>;

Times times_of(const ModelSpec& spec, const Weights& weights) {
  const std::vector<Image> images(64, made_up(640, 480));
  Times times;
  for (std::size_t i = 0; i < sessions; ++i) {
    const auto session =
        open_session({spec.name(), spec.architecture, spec.settings, preprocess_from_json(spec.preprocessing, spec.name())},
                     weights, Device::cpu());
    // The five may settle on other sizes: what all of them take is compared.
    const std::size_t sizes = std::min(images.size(), session->micro_batch());
    times.resize(i == 0 ? sizes : std::min(times.size(), sizes));
    for (std::size_t size = 1; size <= times.size(); ++size) {
      auto& mine = times[size - 1].emplace_back();
      for (std::size_t call = 0; call < calls; ++call)
        mine.push_back(milliseconds([&] { session->run(std::span(images).first(size)); }));
    }
  }
  return times;
}

void print_rows(const std::string& name, const Times& times, int threads) {
  for (std::size_t size = 1; size <= times.size(); ++size) {
    std::vector<double> least(calls, 1e9), all;
    for (const auto& of_session : times[size - 1]) {
      all.insert(all.end(), of_session.begin(), of_session.end());
      for (std::size_t call = 0; call < calls; ++call) least[call] = std::min(least[call], of_session[call]);
    }
    const double median = median_of(all);
    fmt::print("{:<18} {:>7} {:>6} {:>9.2f} {:>14.2f} {:>11.2f} {:>11.2f}\n", name, threads, size, median, slowest_of(least),
               slowest_of(all), slowest_of_plain_loop(median));
  }
}

}  // namespace

int main() try {
  fmt::print("{:<18} {:>7} {:>6} {:>9} {:>14} {:>11} {:>11}\n", "slowest / median", "threads", "images", "median ms",
             "call (bar 1.5)", "of 200", "plain loop");
  const char* mirror = std::getenv("WORKFLOW_MIRROR");
  for (const ModelDirectory& model : builtin_models()) {
    std::string file = weights_file(standard_models_folder(), model.spec);
    if (mirror && !std::filesystem::exists(file)) file = fmt::format("{}/{}.safetensors", mirror, model.spec.id);
    if (model.spec.input != "image" || !std::filesystem::exists(file)) continue;
    const Weights weights = read_safetensors(file);
    for (const int threads : {1, 2}) {
      omp_set_num_threads(threads);
      print_rows(model.spec.id, times_of(model.spec, weights), threads);
    }
  }
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
