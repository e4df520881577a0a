#include "train/libtorch/deep/training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/in_quotes.h"
#include "model/blas.h"
#include "model/libtorch/device.h"
#include "model/libtorch/guard.h"
#include "train/content_hash.h"
#include "train/deep/learnable.h"
#include "train/deep/seeds.h"
#include "train/embed_inputs.h"
#include "train/libtorch/deep/begin_task.h"
#include "train/libtorch/deep/mixed_precision.h"
#include "train/libtorch/deep/trained_model.h"
#include "train/peak_memory.h"
#include "train/shuffle.h"
#include "workflow/base/error.h"
#include "workflow/base/log.h"

namespace workflow {
namespace {

constexpr std::string_view place = "Trainer::deep";

// What random numbers are drawn for.
enum Draw : std::uint64_t { Begin, Order, Input, Batch };

NamedTensors copies_of(const NamedTensors& tensors) {
  NamedTensors copies;
  for (const auto& [name, tensor] : tensors) copies.emplace_back(name, tensor.detach().clone());
  return copies;
}

void copy_into(const NamedTensors& to, const NamedTensors& from) {
  const torch::NoGradGuard no_gradient;
  for (std::size_t i = 0; i < to.size(); ++i) torch::Tensor(to[i].second).detach().copy_(from[i].second);
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Two trainings with the same identity take the same steps.
Json identity_of(const DeepTraining& training, const Dataset& train, const Dataset& held_out) {
  const auto sum_of = [](const Dataset& dataset) {
    std::string all;
    for (std::size_t i = 0; i < dataset.size(); ++i) {
      all += dataset[i].id + '\n';
      for (const std::string& name : dataset[i].positive) all += name + '\n';
    }
    return fmt::format("{} inputs, {:016x}", dataset.size(), content_hash(all).low);
  };
  const DeepOptions& options = training.options;
  return Json::object({{"template", training.shape.name()},
                       {"hyperparameters", training.values.json()},
                       {"epochs", options.epochs},
                       {"seed", static_cast<std::int64_t>(options.seed)},
                       {"precision", options.precision == Precision::BFloat16 ? "bfloat16" : "float32"},
                       {"processes", options.processes.world},
                       {"train", sum_of(train)},
                       {"held_out", sum_of(held_out)}});
}

void check_tolerance(const Dataset& dataset, std::size_t broken, const DatasetFault& last) {
  if (static_cast<double>(broken) <= dataset.options().tolerance * static_cast<double>(dataset.size())) return;
  throw Error(ErrorCode::InvalidValue, place,
              fmt::format("{} of {} inputs cannot be used, more than the tolerance of {:.3g}; the last: {}: {}", broken,
                          dataset.size(), dataset.options().tolerance, in_quotes(last.id), last.why));
}

}  // namespace

Training::Training(const DeepTraining& training, const Dataset& train, const Dataset& held_out, const EpochCallback& on_epoch)
    : training_(training),
      train_(train),
      held_out_(held_out),
      on_epoch_(on_epoch),
      options_(training.options),
      settings_(training.values),
      loaders_(std::max(1, threads_of(options_.threads) / 2)),
      threads_(threads_of(options_.threads)),
      device_(torch_device(options_.device)),
      random_(device_) {
  warn_of_slow_blas();
  if (options_.precision == Precision::BFloat16 && !multiplies_bfloat16(device_))
    throw Error(ErrorCode::Unavailable, place, "precision: this processor lacks bfloat16 (avx512_bf16); use Float32");
  report_.faults = train.faults();
  random_.seed(seed_of({options_.seed, Draw::Begin}));
  task_ = begin_task(training, train, report_.notes);
  places_ = task_->places(train, Use::Training);
  if (places_.empty())
    throw Error(ErrorCode::InvalidValue, place, "no input says anything of the concepts; label some, or mend the labels");
  const auto world = static_cast<std::size_t>(options_.processes.world);
  batch_ = std::min(static_cast<std::size_t>(settings_.batch), places_.size() / world);
  if (batch_ == 0)
    throw Error(ErrorCode::InvalidValue, place, fmt::format("wanted an input for each of {} processes, got {}", world, places_.size()));
  // What is left over is shorter than a batch, which batch normalisation does not take well; each epoch leaves out others.
  batches_ = places_.size() / (batch_ * world);
  const auto group = static_cast<std::size_t>(settings_.accumulation);
  const auto steps = static_cast<std::int64_t>((batches_ + group - 1) / group) * options_.epochs;
  plan_ = std::make_unique<LayerPlan>(*task_, settings_);
  update_ = std::make_unique<WeightUpdate>(settings_, plan_->parameters());
  if (settings_.ema > 0) average_ = std::make_unique<MovingAverage>(task_->learner(), settings_.ema);
  schedule_ = std::make_unique<Schedule>(settings_, steps);
  peers_ = Peers::join(options_.processes);
  checkpoints_ = std::make_unique<Checkpoints>(options_.checkpoints, identity_of(training, train, held_out));
  if (held_out.empty() && settings_.patience > 0)
    report_.notes.push_back("nothing was held out, so patience has nothing to go by, and the last weights are kept");
}

NamedTensors Training::all_tensors() const {
  NamedTensors all;
  for (const auto& [name, tensor] : state_of(task_->learner())) all.emplace_back("net." + name, tensor);
  for (const auto& each : update_->state()) all.push_back(each);
  if (average_)
    for (const auto& each : average_->state()) all.push_back(each);
  return all;
}

// A copy of what is measured and kept: the averages where there are some.
NamedTensors Training::good_weights() {
  if (average_) average_->swap();
  NamedTensors weights = copies_of(state_of(task_->learner()));
  if (average_) average_->swap();
  return weights;
}

void Training::go_on_from_checkpoint() {
  std::string progress;
  if (options_.processes.rank == 0) progress = read_checkpoint();
  // The others may have no folder of their own: they are told.
  progress = peers_->first(progress);
  if (!progress.empty()) {
    const Json json = Json::parse(progress);
    at_ = TrainingProgress::from_json(json);
    schedule_->restore(json.at("schedule"));
  }
  peers_->take_from_first(all_tensors());
  if (at_.epochs > 0) good_ = good_weights();
  if (at_.best_epoch > 0) {
    if (best_.empty()) best_ = copies_of(good_);
    peers_->take_from_first(best_);
  }
  began_ -= std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(at_.seconds));
}

// Puts the last checkpoint's tensors in their places, and gives its progress as JSON; nothing where there is none.
std::string Training::read_checkpoint() {
  auto read = checkpoints_->last(report_.notes);
  if (!read) return {};
  restore(all_tensors(), *read);
  if (const int best = static_cast<int>(read->progress.at("best_epoch").integer()); best > 0) {
    best_ = good_weights();
    try {
      restore(best_, *checkpoints_->best(best));
    } catch (const Error& error) {
      report_.notes.push_back(
          fmt::format("the best weights so far cannot be read, so the best of what follows is kept: {}", error.text()));
      log(LogLevel::Warning, fmt::format("[checkpoint] {}", report_.notes.back()));
      best_.clear();
      read->progress["best_epoch"] = 0;
    }
  }
  return read->progress.dump();
}

void Training::write_checkpoint() {
  written_ = std::chrono::steady_clock::now();
  if (options_.processes.rank != 0 || !checkpoints_->are_kept()) return;
  at_.seconds = seconds_since(began_);
  Json progress = at_.to_json();
  progress["schedule"] = schedule_->state();
  checkpoints_->write(at_.steps, all_tensors(), progress);
}

// Adds a batch's gradient, a share of its group's. False where none of its inputs could be read.
bool Training::learn(const LoadedBatch& batch, std::uint64_t number, std::size_t group, torch::Tensor& loss) {
  if (batch.examples.empty()) return false;
  const std::uint64_t seed =
      seed_of({options_.seed, Draw::Batch, number, static_cast<std::uint64_t>(options_.processes.rank)});
  random_.seed(seed);
  std::mt19937_64 random(seed);
  torch::Tensor one;
  {
    const MixedPrecision mixed(device_, options_.precision == Precision::BFloat16);
    const auto input = task_->normalised(batch.input.to(device_, /*non_blocking=*/true));
    one = task_->loss(input, batch.examples, random) / static_cast<double>(group);
  }
  one.backward();
  loss = loss + one.detach();
  return true;
}

// Looks at the last step's loss. False where it is no number.
bool Training::settle() {
  if (!pending_.defined()) return true;
  const double loss = pending_.item<double>();
  pending_ = torch::Tensor();
  if (!std::isfinite(loss)) return false;
  at_.loss_sum += loss;
  ++at_.loss_count;
  bar_->loss(at_.loss_sum / static_cast<double>(at_.loss_count));
  return true;
}

void Training::take_note_of(const std::vector<DatasetFault>& faults, const Dataset& dataset) {
  for (const DatasetFault& fault : faults) {
    if (!broken_.insert(fault.id).second) continue;
    report_.faults.push_back(fault);
    check_tolerance(dataset, broken_.size(), fault);
  }
}

Training::Went Training::epoch(int number) {
  plan_->begin_epoch(number);
  std::vector<std::uint32_t> order = places_;
  std::mt19937_64 random(seed_of({options_.seed, Draw::Order, static_cast<std::uint64_t>(number)}));
  shuffle(order, random);
  // Of each batch of all processes this one takes its part.
  std::vector<std::uint32_t> own;
  const auto rank = static_cast<std::size_t>(options_.processes.rank), world = static_cast<std::size_t>(options_.processes.world);
  for (std::size_t b = 0; b < batches_; ++b) {
    const auto from = order.begin() + static_cast<std::ptrdiff_t>((b * world + rank) * batch_);
    own.insert(own.end(), from, from + static_cast<std::ptrdiff_t>(batch_));
  }
  const std::uint64_t seed = seed_of({options_.seed, Draw::Input, static_cast<std::uint64_t>(number)});
  BatchLoader loader(*task_, train_, {std::move(own), batch_, static_cast<std::size_t>(at_.batches), Use::Training, seed}, loaders_);
  const auto accumulation = static_cast<std::size_t>(settings_.accumulation);
  const auto first = static_cast<std::uint64_t>(number - 1) * batches_;
  while (static_cast<std::size_t>(at_.batches) < batches_) {
    const std::size_t group = std::min(accumulation, batches_ - static_cast<std::size_t>(at_.batches));
    for (const LearntParameter& each : plan_->parameters()) torch::Tensor(each.tensor).mutable_grad() = torch::Tensor();
    auto loss = torch::zeros({}, torch::TensorOptions(torch::kFloat32).device(device_));
    bool is_any = options_.processes.world > 1;
    for (std::size_t i = 0; i < group; ++i, ++at_.batches) {
      if (options_.cancel.stop_requested()) throw Error(ErrorCode::Cancelled, place, "cancelled; its last checkpoint stays");
      const auto batch = loader.next();
      take_note_of(batch->faults, train_);
      is_any |= learn(*batch, first + static_cast<std::uint64_t>(at_.batches), group, loss);
    }
    if (!settle()) return Went::Astray;
    if (!is_any) continue;
    peers_->average(plan_->parameters(), loss);
    if (settings_.clipping > 0) clip_gradients(plan_->parameters(), settings_.clipping);
    rate_ = schedule_->rate(at_.steps);
    update_->step(rate_);
    ++at_.steps;
    if (average_) average_->add(at_.steps);
    pending_ = loss;
    bar_->at((first + static_cast<std::uint64_t>(at_.batches)) * batch_);
    if (seconds_since(written_) < options_.checkpoint_minutes * 60 || static_cast<std::size_t>(at_.batches) == batches_) continue;
    if (!settle()) return Went::Astray;
    write_checkpoint();
  }
  seconds_waited_ += loader.seconds_waited();
  return settle() ? end_epoch(number) : Went::Astray;
}

// None where the net's outputs are no numbers.
std::optional<Measured> Training::measured(Measure& measure, const Dataset& dataset) {
  const torch::NoGradGuard no_gradient;
  task_->learner().eval();
  BatchLoader loader(*task_, dataset, {task_->places(dataset, Use::Measuring), batch_, 0, Use::Measuring, options_.seed}, loaders_);
  while (const auto batch = loader.next()) {
    if (options_.cancel.stop_requested()) throw Error(ErrorCode::Cancelled, place, "cancelled; its last checkpoint stays");
    take_note_of(batch->faults, dataset);
    if (batch->examples.empty()) continue;
    std::vector<torch::Tensor> outputs;
    for (const torch::Tensor& output : task_->net().forward(task_->normalised(batch->input.to(device_))))
      outputs.push_back(output.to(torch::kCPU, torch::kFloat32));
    for (const torch::Tensor& output : outputs)
      if (!torch::isfinite(output).all().item<bool>()) return std::nullopt;
    measure.add(outputs, batch->examples);
  }
  return measure.measured();
}

Training::Went Training::end_epoch(int number) {
  peers_->take_from_first(all_tensors());
  Epoch epoch{.number = number, .of = options_.epochs};
  epoch.loss = at_.loss_count > 0 ? at_.loss_sum / static_cast<double>(at_.loss_count) : 0;
  epoch.learning_rate = rate_;
  if (!held_out_.empty()) {
    if (average_) average_->swap();
    const auto measure = task_->measure();
    const std::optional<Measured> now = measured(*measure, held_out_);
    if (average_) average_->swap();
    if (peers_->any(!now)) return Went::Astray;
    epoch.held_out_loss = now->loss;
    epoch.metric = now->metric;
    epoch.value = peers_->first(now->value);
  }
  good_ = good_weights();
  if (epoch.value) {
    const bool is_best = at_.best_epoch == 0 || *epoch.value > at_.best_value;
    epoch.stale_for = is_best || at_.history.empty() ? 0 : at_.history.back().stale_for + 1;
    if (is_best) {
      at_.best_epoch = number;
      at_.best_value = *epoch.value;
      best_ = good_;
      if (options_.processes.rank == 0) checkpoints_->write_best(number, best_);
    }
  }
  schedule_->after_epoch(epoch.held_out_loss.value_or(epoch.loss));
  epoch.seconds = seconds_since(began_);
  at_.history.push_back(epoch);
  at_.epochs = number;
  at_.batches = 0;
  at_.loss_sum = 0;
  at_.loss_count = 0;
  const bool is_stale = settings_.patience > 0 && epoch.value && epoch.stale_for >= settings_.patience;
  const bool is_stopped = on_epoch_ && on_epoch_(epoch) == Verdict::Stop;
  at_.is_over = peers_->any(is_stale || is_stopped) || number == options_.epochs;
  write_checkpoint();
  return at_.is_over ? Went::Over : Went::On;
}

std::string Training::astray() const {
  return fmt::format(
      "the loss of step {} (epoch {}) is no number; try a learning_rate of {:.2g} in place of {:.2g}{}{}", at_.steps,
      at_.epochs + 1, settings_.learning_rate / 10, settings_.learning_rate,
      settings_.clipping > 0 ? "" : ", clipping 1", options_.precision == Precision::BFloat16 ? ", Float32" : "");
}

Trained Training::run() {
  const auto images = static_cast<std::uint64_t>(options_.epochs) * batches_ * batch_;
  bar_ = std::make_unique<ProgressRate>(options_.progress, "training", images);
  go_on_from_checkpoint();
  const auto begin = std::chrono::steady_clock::now();
  const std::int64_t done = at_.epochs;
  for (int number = at_.epochs + 1; !at_.is_over && number <= options_.epochs; ++number) {
    const Went went = epoch(number);
    if (went == Went::Over) break;
    if (went == Went::On) continue;
    if (good_.empty()) throw Error(ErrorCode::Failed, place, astray());
    report_.notes.push_back(fmt::format("{}; the weights are those of epoch {}, before that", astray(),
                                        settings_.keep_best && at_.best_epoch > 0 ? at_.best_epoch : at_.epochs));
    log(LogLevel::Warning, fmt::format("[{}] {}", place, report_.notes.back()));
    break;
  }
  const double spent = seconds_since(begin);
  const auto learnt = static_cast<double>(at_.epochs - done) * static_cast<double>(batches_ * batch_);
  report_.items_per_second = spent > 0 ? learnt / spent : 0;
  bar_->end();
  return made();
}

Trained Training::made() {
  copy_into(state_of(task_->learner()), settings_.keep_best && !best_.empty() ? best_ : good_);
  const std::string& from = training_.values.text("from");
  report_.model = fmt::format("{} from {}", training_.shape.name(), from.empty() ? "random weights" : from);
  report_.trained_on = places_.size();
  report_.epochs = at_.history;
  report_.settings = training_.values.json();
  report_.settings["epochs"] = options_.epochs;
  report_.settings["seed"] = static_cast<std::int64_t>(options_.seed);
  report_.settings["precision"] = options_.precision == Precision::BFloat16 ? "bfloat16" : "float32";
  report_.seconds_training = seconds_since(began_);
  report_.seconds_waiting = seconds_waited_;
  const std::vector<std::size_t> counts = counts_of(train_, places_, task_->concepts());
  for (std::size_t i = 0; i < task_->concepts().size(); ++i)
    report_.concepts.push_back({.name = task_->concepts()[i], .trained_on = counts[i]});
  if (!held_out_.empty()) {
    const auto measure = task_->measure();
    measured(*measure, held_out_);
    measure->tell(report_, held_out_);
  }
  report_.peak_memory = peak_memory();
  task_->learner().to(torch::kCPU);
  return trained_model(*task_, training_, std::move(report_));
}

Trained run_training(const DeepTraining& training, const Dataset& train, const Dataset& held_out,
                     const EpochCallback& on_epoch) {
  return guarded(place, [&] { return Training(training, train, held_out, on_epoch).run(); });
}

}  // namespace workflow
