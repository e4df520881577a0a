#include "train/fit_layers.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "base/compute_threads.h"
#include "model/libtorch/guard.h"
#include "train/libtorch/head_loss.h"
#include "train/shuffle.h"

namespace workflow {
namespace {

constexpr std::string_view place = "training a head";

// Values of one chunk's logits: what is in memory beside the rows is a few times this, however many rows and concepts.
constexpr std::size_t chunk_values = std::size_t{4} << 20U;

// Weights of heads that are trained side by side: what L-BFGS remembers is up to 40 times as much.
constexpr std::size_t side_by_side_values = std::size_t{1} << 20U;

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

  /// The first head's outputs alone, where the last layer holds several.
  torch::Tensor first(torch::Tensor x, std::size_t outputs) const {
    const auto count = static_cast<std::int64_t>(outputs);
    Module head = *this;
    head.weights.back() = weights.back().narrow(0, 0, count);
    head.biases.back() = biases.back().narrow(0, 0, count);
    return head(std::move(x)).contiguous();
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

std::vector<std::uint32_t> all_of(std::size_t count) {
  std::vector<std::uint32_t> all(count);
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

Layer joined(std::span<const Layer> heads) {
  Layer all{heads.front().in, 0, {}, {}};
  for (const Layer& head : heads) {
    all.out += head.out;
    all.weight.insert(all.weight.end(), head.weight.begin(), head.weight.end());
    all.bias.insert(all.bias.end(), head.bias.begin(), head.bias.end());
  }
  return all;
}

void split_into(std::vector<Layer>& heads, const Layer& all, std::size_t count) {
  const std::size_t out = all.out / count, size = out * all.in;
  for (std::size_t i = 0; i < count; ++i) {
    const auto weight = std::span(all.weight).subspan(i * size, size);
    const auto bias = std::span(all.bias).subspan(i * out, out);
    heads.push_back({all.in, out, {weight.begin(), weight.end()}, {bias.begin(), bias.end()}});
  }
}

using LeftOut = std::span<const std::span<const std::uint32_t>>;

// One head's layers; or several heads of one layer side by side, which read each row once: the sum of their losses falls to
// its minimum where each of them does.
class Fitting {
 public:
  Fitting(const std::vector<Layer>& start, const Rows& rows, std::span<const std::uint32_t> use, LeftOut left_out,
          const Rows& held_out, const FitSettings& settings)
      : module_(start),
        rows_(rows),
        use_(use),
        held_out_(held_out),
        settings_(settings),
        loss_(*rows.targets, settings.concept_weights, left_out) {
    for (auto& parameter : module_.parameters()) parameter.set_requires_grad(true);
    const std::size_t widest =
        std::max_element(start.begin(), start.end(), [](auto& a, auto& b) { return a.out < b.out; })->out;
    chunk_ = std::clamp<std::size_t>(chunk_values / std::max(widest, rows.length), 16, 8192);
    total_ = loss_.weight_of(use);
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
    const auto parameters = module_.parameters();
    std::vector<torch::Tensor> flat;
    for (const auto& parameter : parameters) flat.push_back(parameter.detach().flatten());
    // An L-BFGS step begins by asking once more what the line search before it asked last.
    auto point = torch::cat(flat);
    if (asked_at_.defined() && torch::equal(point, asked_at_)) return asked_;
    asked_at_ = std::move(point);
    for (const auto& parameter : parameters)
      if (parameter.grad().defined()) parameter.mutable_grad().zero_();
    double sum = 0, first = 0;
    by_chunks(use_, chunk_, [&](std::span<const std::uint32_t> part) {
      const auto by_head = loss_(module_(rows_at(rows_, part)), part) / total_;
      const auto loss = by_head.sum();
      loss.backward();
      sum += loss.item<double>();
      first += by_head[0].item<double>();
    });
    const auto penalty = module_.squared() * (settings_.l2 / 2);
    penalty.backward();
    first_loss_ = first + penalty_of_first();
    asked_ = torch::tensor(static_cast<float>(sum + penalty.item<double>()));
    return asked_;
  }

  double penalty_of_first() const {
    const torch::NoGradGuard no_gradient;
    double sum = module_.weights.back()
                     .narrow(0, 0, static_cast<std::int64_t>(rows_.targets->concepts))
                     .square()
                     .sum()
                     .item<double>();
    for (std::size_t i = 0; i + 1 < module_.weights.size(); ++i) sum += module_.weights[i].square().sum().item<double>();
    return sum * settings_.l2 / 2;
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
      if (!after_epoch(number, first_loss_, 1.0)) return;
      quiet = before - began_at < settings_.least_gain * std::abs(began_at) ? quiet + 1 : 0;
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
        const auto by_head = loss_(module_(rows_at(rows_, part)), part) / loss_.weight_of(part);
        sum += (by_head[0].item<double>() + penalty_of_first()) * static_cast<double>(part.size());
        (by_head.sum() + module_.squared() * (settings_.l2 / 2)).backward();
        optimiser.step();
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
      constexpr std::span<const std::uint32_t> nothing;
      const HeadLoss held_out_loss(*held_out_.targets, settings_.concept_weights, {&nothing, 1});
      const auto all = all_of(held_out_.size());
      double sum = 0;
      std::size_t right = 0;
      by_chunks(all, chunk_, [&](std::span<const std::uint32_t> part) {
        const auto logits = module_.first(rows_at(held_out_, part), rows_.targets->concepts);
        sum += held_out_loss(logits, part).item<double>();
        for (std::size_t i = 0; i < part.size(); ++i) right += held_out_loss.is_right(logits, i, part[i]) ? 1 : 0;
      });
      epoch.held_out_loss = sum / held_out_loss.weight_of(all).item<double>();
      epoch.accuracy = static_cast<double>(right) / static_cast<double>(all.size());
    }
    return settings_.go_on(epoch);
  }

  Module module_;
  const Rows& rows_;
  std::span<const std::uint32_t> use_;
  const Rows& held_out_;
  const FitSettings& settings_;
  HeadLoss loss_;
  std::size_t chunk_ = 0;
  torch::Tensor total_;     // what the rows weigh for each head
  torch::Tensor asked_at_;  // where whole_loss() was last asked,
  torch::Tensor asked_;     // and what it said
  double first_loss_ = 0;   // and of that the first head's part
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
  constexpr std::span<const std::uint32_t> nothing;
  return guarded(place, [&] { return Fitting(start, rows, use, {&nothing, 1}, held_out, settings).run(); });
}

std::vector<Layer> fit_side_by_side(std::vector<Layer> start, const Rows& rows, LeftOut left_out, const Rows& held_out,
                                    const FitSettings& settings) {
  const ComputeThreads threads(settings.threads);
  const auto everything = all_of(rows.size());
  const std::size_t each = start.front().weight.size();
  const std::size_t at_once = std::max<std::size_t>(1, side_by_side_values / each);
  FitSettings quiet = settings;
  quiet.go_on = {};
  std::vector<Layer> fitted;
  while (fitted.size() < start.size()) {
    const std::size_t begin = fitted.size(), count = std::min(at_once, start.size() - begin);
    const auto layers = guarded(place, [&] {
      return Fitting({joined(std::span(start).subspan(begin, count))}, rows, everything, left_out.subspan(begin, count),
                     begin == 0 ? held_out : Rows(), begin == 0 ? settings : quiet)
          .run();
    });
    split_into(fitted, layers.front(), count);
  }
  return fitted;
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
