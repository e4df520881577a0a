#include "train/embed_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

#include "base/in_quotes.h"
#include "base/sip_hash.h"
#include "model/loaded_model.h"
#include "train/embedding_cache.h"
#include "train/progress_rate.h"
#include "workflow/base/error.h"
#include "workflow/graph/graph.h"
#include "workflow/run/executor.h"

namespace workflow {
namespace {

constexpr std::string_view place = "embedding";

struct Hashed {
  ContentHash hash;
  std::string why;  // it could not be read; empty where it could
};

std::vector<Hashed> hashes_of(const Dataset& dataset, int threads, const std::stop_token& cancel) {
  std::vector<Hashed> hashed(dataset.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < hashed.size() && !cancel.stop_requested(); i = next++) {
      try {
        hashed[i].hash = content_hash(dataset[i]);
      } catch (const Error& error) {
        hashed[i].why = error.text();
      } catch (const std::exception& error) {
        hashed[i].why = error.what();
      }
    }
  };
  std::vector<std::jthread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  return hashed;
}

void check_tolerance(const Dataset& dataset, const std::vector<DatasetFault>& faults) {
  const double most = dataset.options().tolerance * static_cast<double>(dataset.size());
  if (!faults.empty() && static_cast<double>(faults.size()) > most)
    throw Error(
        ErrorCode::InvalidValue, place,
        fmt::format("{} of {} inputs cannot be used, more than the tolerance of {:.3g}; the first: {}: {}", faults.size(),
                    dataset.size(), dataset.options().tolerance, in_quotes(faults.front().id), faults.front().why));
}

// Every embedding of a trunk is as long as that of a made-up input.
std::size_t embedding_length(const Embedder& embed, bool is_text) {
  if (is_text) return embed.embed(Text{"a"}).values.size();
  return embed.embed(Image::copy_of(std::vector<std::uint8_t>(8 * 8 * 3, 128), 8, 8)).values.size();
}

}  // namespace

int threads_of(int wanted) {
  return wanted > 0 ? wanted : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::string trunk_fingerprint(const Embedder& embed) {
  const LoadedModel& loaded = *embed.parts();
  std::string all = embed.spec().to_json().dump();
  for (const TensorView& tensor : loaded.weights().tensors) {
    const std::string_view bytes(reinterpret_cast<const char*>(tensor.data.data()), tensor.data.size());
    all += fmt::format("{} {} {:x}\n", tensor.name, shape_text(tensor.shape), sip_hash(bytes, 0, 0));
  }
  // Another precision gives other numbers, and so do other pictures that it was calibrated on.
  if (loaded.precision() != Precision::Float32) {
    all += name_of(loaded.precision());
    for (const Image& image : loaded.calibration())
      all += fmt::format(" {:x}", content_hash(LabelledInput{.input = image}).low);
  }
  return fmt::format("{} {:016x}", embed.name(), content_hash(all).low);
}

EmbeddedInputs embed_inputs(const Embedder& embed, const Dataset& dataset, const HeadOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  ProgressRate progress(options.progress, "embedding", dataset.size());
  const int threads = threads_of(options.threads);
  const std::vector<Hashed> hashed = hashes_of(dataset, threads, options.cancel);
  if (options.cancel.stop_requested()) throw Error(ErrorCode::Cancelled, place, "cancelled");

  EmbeddedInputs result;
  result.length = embedding_length(embed, dataset.has_texts());
  result.values.resize(dataset.size() * result.length);
  const auto row = [&](std::size_t i) { return std::span(result.values).subspan(i * result.length, result.length); };
  EmbeddingCache cache(options.cache, trunk_fingerprint(embed), result.length);
  std::vector<std::string> why(dataset.size());
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    why[i] = hashed[i].why;
    if (why[i].empty() && !cache.find(hashed[i].hash, row(i))) missing.push_back(i);
  }

  if (!missing.empty()) {
    Graph graph("embedding");
    const Port<Embedding> out =
        dataset.has_texts() ? graph.input<Text>("text").then(embed) : graph.input<Image>("picture").then(embed);
    const Executor executor({.threads = threads});
    progress.at(dataset.size() - missing.size());
    for (const Result& each : executor.run(graph, dataset.subset(missing).source())) {
      if (options.cancel.stop_requested()) throw Error(ErrorCode::Cancelled, place, "cancelled");
      const std::size_t i = missing[each.number()];
      if (each.ok()) {
        const std::vector<float>& values = each[out].front()->values;
        ++result.computed;
        if (std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); })) {
          std::copy(values.begin(), values.end(), row(i).begin());
          cache.add(hashed[i].hash, values);
        } else {
          why[i] = fmt::format("{} gives values for it that are no finite numbers", embed.name());
        }
      } else {
        why[i] = each.error().text();
      }
      progress.at(dataset.size() - missing.size() + each.number() + 1);
    }
  }

  // What could not be read leaves no row.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    if (!why[i].empty()) {
      result.faults.push_back({dataset[i].id, why[i]});
      continue;
    }
    if (kept != i) std::copy(row(i).begin(), row(i).end(), row(kept).begin());
    ++kept;
    result.places.push_back(static_cast<std::uint32_t>(i));
    result.hashes.push_back(hashed[i].hash);
  }
  result.values.resize(kept * result.length);
  check_tolerance(dataset, result.faults);
  progress.end();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

}  // namespace workflow
