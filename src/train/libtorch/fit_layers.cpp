#include "train/fit_layers.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "base/compute_threads.h"
#include "model/libtorch/guard.h"
#include "train/shuffle.h"

namespace workflow {
namespace {

constexpr std::string_view place = "training a head";

// Values of one chunk's logits: what is in memory beside the rows is a few times this, however many rows and concepts.
constexpr std::size_t chunk_values = std::size_t{4} << 20U;

struct Module {
  std::vector<torch::Tensor> weights;
  std::vector<torch::Tensor> biases;

  explicit Module(const std::vector<Layer>& layers) {
    for (const Layer& layer : layers) {
      const auto out = static_cast<std::int64_t>(layer.out), in = static_cast<std::int64_t>(layer.in);
      weights.push_back(torch::from_blob(const_cast<float*>(layer.weight.data()), {out, in}).clone());
      biases.push_back(torch::from_blob(const_cast<float*>(layer.bias.data()), {out}).clone());
    }
  }

  std::vector<torch::Tensor> parameters() const {
    std::vector<torch::Tensor> all(weights);
    all.insert(all.end(), biases.begin(), biases.end());
    return all;
  }

  torch::Tensor operator()(torch::Tensor x) const {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      x = torch::addmm(biases[i], x, weights[i].t());
      if (i + 1 < weights.size()) x = torch::relu(x);
    }
    return x;
  }

  torch::Tensor squared() const {
    auto sum = weights.front().square().sum();
    for (std::size_t i = 1; i < weights.size(); ++i) sum = sum + weights[i].square().sum();
    return sum;
  }

  std::vector<Layer> layers() const {
    std::vector<Layer> made;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto weight = weights[i].detach().contiguous(), bias = biases[i].detach().contiguous();
      made.push_back({static_cast<std::size_t>(weight.size(1)),
                      static_cast<std::size_t>(weight.size(0)),
                      {weight.data_ptr<float>(), weight.data_ptr<float>() + weight.numel()},
                      {bias.data_ptr<float>(), bias.data_ptr<float>() + bias.numel()}});
    }
    return made;
  }
};

torch::Tensor rows_at(const Rows& rows, std::span<const std::uint32_t> use) {
  const auto length = static_cast<std::int64_t>(rows.length);
  float* values = const_cast<float*>(rows.values.data());
  // A run of neighbours is looked at where it lies.
  if (use.back() - use.front() + 1 == use.size() && std::is_sorted(use.begin(), use.end()))
    return torch::from_blob(values + use.front() * rows.length, {static_cast<std::int64_t>(use.size()), length});
  std::vector<std::int64_t> places(use.begin(), use.end());
  const auto index = torch::from_blob(places.data(), {static_cast<std::int64_t>(places.size())}, torch::kInt64);
  return torch::from_blob(values, {static_cast<std::int64_t>(rows.size()), length}).index_select(0, index);
}

/// The sum over rows of the weighted cross-entropy, and what counts of them.
class Loss {
 public:
  Loss(const Targets& targets, const std::vector<float>& concept_weights) : targets_(targets), weights_(concept_weights) {}

  torch::Tensor operator()(const torch::Tensor& logits, std::span<const std::uint32_t> use) const {
    return targets_.exclusive ? softmax(logits, use) : sigmoids(logits, use);
  }

  double weight_of(std::span<const std::uint32_t> use) const {
    double sum = 0;
    for (const std::uint32_t row : use) sum += static_cast<double>(row_weight(targets_.rows[row]));
    return sum;
  }

  bool is_right(const torch::Tensor& logits, std::size_t at, std::uint32_t row) const {
    const auto& positive = targets_.rows[row].positive;
    const float* z = logits.data_ptr<float>() + at * targets_.concepts;
    const auto top = static_cast<std::uint32_t>(std::max_element(z, z + targets_.concepts) - z);
    return std::binary_search(positive.begin(), positive.end(), top);
  }

 private:
  float weight(std::size_t each) const { return weights_.empty() ? 1.0f : weights_[each]; }
  float row_weight(const Targets::Row& row) const {
    return targets_.exclusive && !row.positive.empty() ? weight(row.positive.front()) : 1.0f;
  }

  torch::Tensor softmax(const torch::Tensor& logits, std::span<const std::uint32_t> use) const {
    const auto count = static_cast<std::int64_t>(use.size());
    auto allowed = torch::empty({count}, torch::kInt64), weights = torch::empty({count, 1});
    auto* label = allowed.data_ptr<std::int64_t>();
    float* each = weights.data_ptr<float>();
    bool all_have_one = true;
    for (std::size_t i = 0; i < use.size(); ++i) {
      const Targets::Row& row = targets_.rows[use[i]];
      label[i] = row.positive.size() == 1 ? row.positive.front() : 0;
      all_have_one &= row.positive.size() == 1;
      each[i] = row_weight(row);
    }
    const auto log_all = torch::logsumexp(logits, 1, true);
    if (all_have_one) return ((log_all - logits.gather(1, allowed.unsqueeze(1))) * weights).sum();
    // Of a row that only says what it is not, every other concept may be the right one.
    auto mask = torch::full(logits.sizes(), -std::numeric_limits<float>::infinity());
    float* m = mask.data_ptr<float>();
    for (std::size_t i = 0; i < use.size(); ++i, m += targets_.concepts) {
      const Targets::Row& row = targets_.rows[use[i]];
      if (row.positive.empty()) std::fill(m, m + targets_.concepts, 0.0f);
      for (const std::uint32_t at : row.negative) m[at] = -std::numeric_limits<float>::infinity();
      for (const std::uint32_t at : row.positive) m[at] = 0;
    }
    return ((log_all - torch::logsumexp(logits + mask, 1, true)) * weights).sum();
  }

  torch::Tensor sigmoids(const torch::Tensor& logits, std::span<const std::uint32_t> use) const {
    auto target = torch::zeros(logits.sizes()), counts = torch::zeros(logits.sizes());
    float *t = target.data_ptr<float>(), *c = counts.data_ptr<float>();
    for (std::size_t i = 0; i < use.size(); ++i, t += targets_.concepts, c += targets_.concepts) {
      const Targets::Row& row = targets_.rows[use[i]];
      if (row.rest_is_negative) std::fill(c, c + targets_.concepts, 1.0f);
      for (const std::uint32_t at : row.negative) c[at] = 1;
      for (const std::uint32_t at : row.positive) t[at] = 1, c[at] = weight(at);
    }
    return torch::binary_cross_entropy_with_logits(logits, target, counts, {}, at::Reduction::Sum);
  }

  const Targets& targets_;
  const std::vector<float>& weights_;
};

std::vector<std::uint32_t> all_of(std::size_t count) {
  std::vector<std::uint32_t> all(count);
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

class Fitting {
 public:
  Fitting(std::vector<Layer> start, const Rows& rows, std::span<const std::uint32_t> use, const Rows& held_out,
          const FitSettings& settings)
      : module_(start),
        rows_(rows),
        use_(use),
        held_out_(held_out),
        settings_(settings),
        loss_(*rows.targets, settings.concept_weights) {
    for (auto& parameter : module_.parameters()) parameter.set_requires_grad(true);
    const std::size_t widest =
        std::max_element(start.begin(), start.end(), [](auto& a, auto& b) { return a.out < b.out; })->out;
    chunk_ = std::clamp<std::size_t>(chunk_values / std::max(widest, rows.length), 16, 8192);
    total_ = std::max(loss_.weight_of(use), 1e-9);
  }

  std::vector<Layer> run() {
    settings_.optimiser == Optimiser::Lbfgs ? run_lbfgs() : run_sgd();
    return module_.layers();
  }

 private:
  template <class F>
  void by_chunks(std::span<const std::uint32_t> use, std::size_t size, F&& f) const {
    for (std::size_t begin = 0; begin < use.size(); begin += size) {
      if (settings_.cancel.stop_requested()) throw Error(ErrorCode::Cancelled, place, "cancelled");
      f(use.subspan(begin, std::min(size, use.size() - begin)));
    }
  }

  // The loss on everything, its gradient left in the parameters.
  torch::Tensor whole_loss() {
    for (auto& parameter : module_.parameters())
      if (parameter.grad().defined()) parameter.mutable_grad().zero_();
    double sum = 0;
    by_chunks(use_, chunk_, [&](std::span<const std::uint32_t> part) {
      const auto loss = loss_(module_(rows_at(rows_, part)), part) / total_;
      loss.backward();
      sum += loss.item<double>();
    });
    const auto penalty = module_.squared() * (settings_.l2 / 2);
    penalty.backward();
    last_loss_ = sum + penalty.item<double>();
    return torch::tensor(static_cast<float>(last_loss_));
  }

  void run_lbfgs() {
    const auto parameters = module_.parameters();
    std::int64_t count = 0;
    for (const auto& parameter : parameters) count += parameter.numel();
    // Each step that is remembered costs two copies of the parameters.
    const std::int64_t history = std::clamp<std::int64_t>((std::int64_t{32} << 20) / count, 3, 20);
    torch::optim::LBFGS optimiser(parameters, torch::optim::LBFGSOptions(1)
                                                  .max_iter(1)
                                                  .max_eval(25)
                                                  .history_size(history)
                                                  .line_search_fn("strong_wolfe")
                                                  .tolerance_grad(1e-6)
                                                  .tolerance_change(1e-9));
    double before = std::numeric_limits<double>::infinity();
    int quiet = 0;
    for (int number = 1; number <= settings_.epochs; ++number) {
      // What step() gives is the loss where it began; whole_loss() was last asked somewhere along the line.
      const double began_at = optimiser.step([&] { return whole_loss(); }).item<double>();
      if (!after_epoch(number, last_loss_, 1.0)) return;
      // Three steps in a row that gain nothing that a float could tell.
      quiet = before - began_at < 1e-6 * std::abs(began_at) ? quiet + 1 : 0;
      if (quiet == 3) return;
      before = began_at;
    }
  }

  void run_sgd() {
    double squares = 0;
    for (const float value : rows_.values) squares += static_cast<double>(value) * static_cast<double>(value);
    const double mean_square = std::max(squares / static_cast<double>(std::max<std::size_t>(rows_.size(), 1)), 1e-12);
    std::vector<torch::optim::OptimizerParamGroup> groups;
    for (std::size_t i = 0; i < module_.weights.size(); ++i)
      groups.emplace_back(std::vector<torch::Tensor>{module_.weights[i], module_.biases[i]},
                          std::make_unique<torch::optim::SGDOptions>(1.0));
    torch::optim::SGD optimiser(groups, torch::optim::SGDOptions(1.0).momentum(0.9).nesterov(true));
    std::vector<std::uint32_t> order(use_.begin(), use_.end());
    std::mt19937_64 random(settings_.seed);
    const auto batch = static_cast<std::size_t>(settings_.batch);
    const std::size_t steps = (order.size() + batch - 1) / batch * static_cast<std::size_t>(settings_.epochs);
    std::size_t step = 0;
    for (int number = 1; number <= settings_.epochs; ++number) {
      shuffle(order, random);
      double sum = 0, rate = 0;
      by_chunks(order, batch, [&](std::span<const std::uint32_t> part) {
        rate =
            settings_.learning_rate * 0.5 * (1 + std::cos(M_PI * static_cast<double>(step++) / static_cast<double>(steps)));
        for (std::size_t i = 0; i < groups.size(); ++i) {
          auto& options = static_cast<torch::optim::SGDOptions&>(optimiser.param_groups()[i].options());
          options.momentum(0.9).nesterov(true);
          // The largest stable step falls with the mean square of what a layer reads.
          options.lr(rate * 0.5 / (i == 0 ? mean_square : static_cast<double>(module_.weights[i].size(1))));
        }
        optimiser.zero_grad();
        const auto rows_loss = loss_(module_(rows_at(rows_, part)), part) / std::max(loss_.weight_of(part), 1e-9);
        const auto loss = rows_loss + module_.squared() * (settings_.l2 / 2);
        loss.backward();
        optimiser.step();
        sum += loss.item<double>() * static_cast<double>(part.size());
      });
      if (!after_epoch(number, sum / static_cast<double>(order.size()), rate)) return;
    }
  }

  bool after_epoch(int number, double loss, double rate) {
    if (!std::isfinite(loss))
      throw Error(ErrorCode::Failed, place,
                  fmt::format("the loss is no number in epoch {}; a smaller learning_rate may help", number));
    if (!settings_.go_on) return true;
    FitEpoch epoch{number, loss, rate, {}, {}};
    if (held_out_.size() > 0) {
      const torch::NoGradGuard no_gradient;
      const Loss held_out_loss(*held_out_.targets, settings_.concept_weights);
      const auto all = all_of(held_out_.size());
      double sum = 0;
      std::size_t right = 0;
      by_chunks(all, chunk_, [&](std::span<const std::uint32_t> part) {
        const auto logits = module_(rows_at(held_out_, part)).contiguous();
        sum += held_out_loss(logits, part).item<double>();
        for (std::size_t i = 0; i < part.size(); ++i) right += held_out_loss.is_right(logits, i, part[i]) ? 1 : 0;
      });
      epoch.held_out_loss = sum / std::max(held_out_loss.weight_of(all), 1e-9);
      epoch.accuracy = static_cast<double>(right) / static_cast<double>(all.size());
    }
    return settings_.go_on(epoch);
  }

  Module module_;
  const Rows& rows_;
  std::span<const std::uint32_t> use_;
  const Rows& held_out_;
  const FitSettings& settings_;
  Loss loss_;
  std::size_t chunk_ = 0;
  double total_ = 1;
  double last_loss_ = 0;
};

}  // namespace

std::vector<Layer> starting_layers(std::span<const std::size_t> widths, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Layer> layers;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    Layer layer{widths[i], widths[i + 1], std::vector<float>(widths[i] * widths[i + 1]), std::vector<float>(widths[i + 1])};
    // A single layer has one optimum and is best begun at zero; hidden ones need something to differ by (He et al. 2015).
    const bool is_last = i + 2 == widths.size();
    const double reach = is_last ? (i == 0 ? 0.0 : 0.01) : std::sqrt(6.0 / static_cast<double>(widths[i]));
    for (float& value : layer.weight)
      value = static_cast<float>((static_cast<double>(random() >> 11U) * 0x1p-53 * 2 - 1) * reach);
    layers.push_back(std::move(layer));
  }
  return layers;
}

std::vector<Layer> fit_layers(std::vector<Layer> start, const Rows& rows, std::span<const std::uint32_t> use,
                              const Rows& held_out, const FitSettings& settings) {
  const ComputeThreads threads(settings.threads);
  const auto everything = use.empty() ? all_of(rows.size()) : std::vector<std::uint32_t>();
  if (use.empty()) use = everything;
  return guarded(place, [&] { return Fitting(std::move(start), rows, use, held_out, settings).run(); });
}

std::vector<float> outputs_of(const std::vector<Layer>& layers, const Rows& rows, std::span<const std::uint32_t> use,
                              int threads) {
  const ComputeThreads budget(threads);
  return guarded(place, [&] {
    const torch::NoGradGuard no_gradient;
    const Module module(layers);
    std::vector<float> outputs;
    outputs.reserve(use.size() * layers.back().out);
    constexpr std::size_t chunk = 1024;
    for (std::size_t begin = 0; begin < use.size(); begin += chunk) {
      const auto part = module(rows_at(rows, use.subspan(begin, std::min(chunk, use.size() - begin)))).contiguous();
      outputs.insert(outputs.end(), part.data_ptr<float>(), part.data_ptr<float>() + part.numel());
    }
    return outputs;
  });
}

}  // namespace workflow
