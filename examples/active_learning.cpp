// Active learning: which pictures to label next? Uncertain and diverse ones, or random ones: accuracy by number of labels.
// usage: active_learning <idx folder, as Debian's /usr/share/datasets/fashion-mnist> <chart.png> [pool 2000] [test 1000]
// [seeds 5]
#include <workflow/workflow.h>

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace wf = workflow;

namespace {

constexpr std::size_t labels_a_round = 20, most_labels = 240;
constexpr double aim = 0.8;

std::vector<wf::Embedding> embedded(const wf::Embedder& embed, const wf::Dataset& dataset) {
  wf::Graph graph("embedding");
  const auto out = graph.input<wf::Image>("picture").then(embed);
  std::vector<wf::Embedding> embeddings;
  for (const wf::Result& result : wf::Executor().run(graph, dataset.source())) embeddings.push_back(*result[out].front());
  return embeddings;
}

// The pictures nearest to the middles of as many clusters as are wanted (k-means, begun at pictures that are drawn the
// likelier the farther they are from those drawn before; Arthur, Vassilvitskii 2007).
std::vector<std::size_t> diverse(const std::vector<std::size_t>& candidates, const std::vector<wf::Embedding>& embeddings,
                                 std::mt19937_64& random) {
  std::vector<wf::Embedding> middles;
  std::vector<double> gaps(candidates.size(), 1);
  while (middles.size() < labels_a_round) {
    middles.push_back(embeddings[candidates[std::discrete_distribution<std::size_t>(gaps.begin(), gaps.end())(random)]]);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const double gap = wf::distance(embeddings[candidates[i]], middles.back());
      gaps[i] = middles.size() == 1 ? gap * gap : std::min(gaps[i], gap * gap);
    }
  }
  for (int round = 0; round < 10; ++round) {
    std::vector<wf::Embedding> sums(middles.size(), {std::vector<float>(middles.front().values.size())});
    std::vector<float> counts(middles.size());
    for (const std::size_t each : candidates) {
      const auto gap = [&](const wf::Embedding& middle) { return wf::distance(embeddings[each], middle); };
      const auto nearest = static_cast<std::size_t>(std::ranges::min_element(middles, {}, gap) - middles.begin());
      ++counts[nearest];
      for (std::size_t i = 0; i < sums[nearest].values.size(); ++i) sums[nearest].values[i] += embeddings[each].values[i];
    }
    for (std::size_t i = 0; i < middles.size(); ++i) {
      if (counts[i] == 0) continue;
      for (float& value : sums[i].values) value /= counts[i];
      middles[i] = std::move(sums[i]);
    }
  }
  std::vector<std::size_t> chosen, left = candidates;
  for (const wf::Embedding& middle : middles) {
    const auto nearest = std::ranges::min_element(left, {}, [&](std::size_t i) { return distance(embeddings[i], middle); });
    chosen.push_back(*nearest);
    left.erase(nearest);
  }
  return chosen;
}

// The next pictures to label: of the ten times as many that the head is least sure of, some of every kind, as pictures that
// are doubtful for one and the same reason teach little more than one of them.
std::vector<std::size_t> uncertain_and_diverse(const wf::Report& report, const std::vector<std::size_t>& open,
                                               const std::vector<wf::Embedding>& embeddings, std::mt19937_64& random) {
  const auto& said = *report.predictions;
  const std::size_t width = said.concepts.size();
  std::vector<std::pair<float, std::size_t>> margins;
  for (std::size_t row = 0; row < open.size(); ++row) {
    std::vector<float> scores(said.scores.begin() + static_cast<std::ptrdiff_t>(row * width),
                              said.scores.begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
    std::nth_element(scores.begin(), scores.begin() + 1, scores.end(), std::greater<>());
    margins.emplace_back(scores[0] - scores[1], open[row]);
  }
  std::sort(margins.begin(), margins.end());
  std::vector<std::size_t> doubtful;
  for (std::size_t i = 0; i < margins.size() && i < 10 * labels_a_round; ++i) doubtful.push_back(margins[i].second);
  return diverse(doubtful, embeddings, random);
}

struct Curve {
  std::vector<double> accuracy;  // by round
};

Curve learn(const wf::Embedder& embed, const wf::Dataset& pool, const wf::Dataset& test,
            const std::vector<wf::Embedding>& embeddings, bool is_active, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::size_t> open(pool.size()), labelled;
  for (std::size_t i = 0; i < open.size(); ++i) open[i] = i;
  for (std::size_t i = open.size(); i > 1; --i) std::swap(open[i - 1], open[random() % i]);
  const auto label = [&](const std::vector<std::size_t>& chosen) {
    for (const std::size_t each : chosen) std::erase(open, each);
    labelled.insert(labelled.end(), chosen.begin(), chosen.end());
  };
  // Before there is a head nothing is doubtful yet. A concept of which the first labels miss every example may stay unseen
  // for long, as the head is sure of it, and wrong.
  if (is_active)
    label(diverse(open, embeddings, random));
  else
    label({open.begin(), open.begin() + labels_a_round});
  Curve curve;
  const wf::Trainer trainer = wf::Trainer::head(embed, {.l2 = 0.1f, .calibrate = false});
  for (;;) {
    const auto train = pool.subset(labelled);
    curve.accuracy.push_back(trainer.fit(train, test).report.accuracy.value());
    if (labelled.size() >= most_labels) return curve;
    if (is_active)
      label(uncertain_and_diverse(trainer.fit(train, pool.subset(open)).report, open, embeddings, random));
    else
      label({open.begin(), open.begin() + labels_a_round});
  }
}

// The number of labels at which a curve first reaches the aim, between two rounds by a straight line; 0 where it never does.
double labels_needed(const std::vector<double>& accuracy) {
  for (std::size_t i = 0; i < accuracy.size(); ++i) {
    const double labels = static_cast<double>((i + 1) * labels_a_round);
    if (accuracy[i] < aim) continue;
    if (i == 0) return labels;
    return labels - labels_a_round * (accuracy[i] - aim) / (accuracy[i] - accuracy[i - 1]);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return fmt::print(stderr, "usage: active_learning <idx folder> <chart.png> [pool] [test] [seeds]\n"), 2;
  const auto number = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };

  auto embed = wf::Catalogue::standard().load<wf::Embedder>("image-embedder");
  const auto first_of = [](const wf::Dataset& dataset, int count) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < dataset.size() && i < static_cast<std::size_t>(count); ++i) places.push_back(i);
    return dataset.subset(places);
  };
  const auto pool = first_of(wf::Dataset::idx(argv[1], "train"), number(3, 2000));
  const auto test = first_of(wf::Dataset::idx(argv[1], "t10k"), number(4, 1000));
  const auto embeddings = embedded(embed, pool);

  wf::Chart chart{.title = "Fashion-MNIST: accuracy by labels, mean of the seeds", .x_name = "labels", .y_name = "accuracy"};
  for (const bool is_active : {true, false}) {
    std::vector<double> mean;
    const int seeds = number(5, 5);
    for (int seed = 0; seed < seeds; ++seed) {
      const auto curve = learn(embed, pool, test, embeddings, is_active, static_cast<std::uint64_t>(seed));
      mean.resize(curve.accuracy.size());
      for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += curve.accuracy[i] / seeds;
    }
    wf::ChartLine line{.name = is_active ? "uncertain and diverse" : "random", .colour = is_active ? 0 : 1};
    for (std::size_t i = 0; i < mean.size(); ++i) line.points.emplace_back((i + 1) * labels_a_round, mean[i]);
    chart.lines.push_back(line);
    const double needed = labels_needed(mean);
    fmt::print("{}: {} labels to reach {:.0f} %, {:.1f} % with {}\n", line.name,
               needed > 0 ? fmt::format("{:.0f}", needed) : "too few", aim * 100, mean.back() * 100, most_labels);
  }
  chart.lines.push_back(
      {.name = "80 %", .points = {{labels_a_round, aim}, {most_labels, aim}}, .colour = 6, .is_dashed = true});
  wf::save(wf::draw(chart), argv[2]);
}
