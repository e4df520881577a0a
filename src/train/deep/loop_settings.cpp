#include "train/deep/loop_settings.h"

#include <algorithm>
#include <array>

namespace workflow {
namespace {

const std::vector<std::string> schedules = {"one-cycle", "cosine", "plateau"};
const std::vector<std::string> optimisers = {"sgd", "adamw"};
const std::vector<std::string> freezes = {"none", "stem", "trunk"};

// A template has checked that it is one of these.
template <class E>
E place_of(const std::string& name, const std::vector<std::string>& names) {
  return static_cast<E>(std::ranges::find(names, name) - names.begin());
}

}  // namespace

LoopSettings::LoopSettings(const HyperparameterValues& values)
    : batch(static_cast<int>(values.integer("batch"))),
      accumulation(static_cast<int>(values.integer("accumulation"))),
      learning_rate(values.number("learning_rate")),
      schedule(place_of<ScheduleKind>(values.text("schedule"), schedules)),
      warm_up(values.number("warm_up")),
      update(place_of<UpdateKind>(values.text("optimiser"), optimisers)),
      momentum(values.number("momentum")),
      weight_decay(values.number("weight_decay")),
      first_layer_rate(values.number("first_layer_rate")),
      freeze(place_of<Freeze>(values.text("freeze"), freezes)),
      unfreeze_epochs(static_cast<int>(values.integer("unfreeze_epochs"))),
      frozen_batch_norm(values.flag("frozen_batch_norm")),
      ema(values.number("ema")),
      clipping(values.number("clipping")),
      patience(static_cast<int>(values.integer("patience"))),
      keep_best(values.flag("keep_best")) {}

std::vector<Hyperparameter> loop_hyperparameters(const LoopDefaults& d) {
  return {
      {.name = "batch", .otherwise = d.batch, .least = 1, .most = 65536,
       .description = "inputs in one pass; with several processes each takes so many"},
      {.name = "accumulation", .otherwise = 1, .least = 1, .most = 1024,
       .description = "passes whose gradients are averaged before the weights change: a larger batch in the same memory"},
      {.name = "learning_rate", .otherwise = d.learning_rate, .least = 1e-8, .most = 100,
       .description = "at its highest; Trainer::find_learning_rate suggests one"},
      {.name = "schedule", .otherwise = d.schedule, .choices = schedules,
       .description = "how the rate goes: up and down once (Smith 2018), down by a cosine after a warm-up (Loshchilov, Hutter "
                      "2017), or to a tenth whenever three epochs brought nothing"},
      {.name = "warm_up", .otherwise = d.warm_up, .least = 0, .most = 0.9,
       .description = "share of the steps in which the rate rises"},
      {.name = "optimiser", .otherwise = d.optimiser, .choices = optimisers,
       .description = "SGD with Nesterov's momentum, or Adam with decoupled weight decay (Loshchilov, Hutter 2019)"},
      {.name = "momentum", .otherwise = 0.9, .least = 0, .most = 0.9999, .description = "of SGD; Adam's first beta"},
      {.name = "weight_decay", .otherwise = d.weight_decay, .least = 0, .most = 1,
       .description = "pull of the weights towards zero; never on normalisations and biases"},
      {.name = "first_layer_rate", .otherwise = d.first_layer_rate, .least = 1e-6, .most = 1,
       .description = "rate of the first layer relative to the head's; between them it falls from layer to layer by a factor"},
      {.name = "freeze", .otherwise = "none", .choices = freezes,
       .description = "what stays as it was: nothing, the first layer, or all but the head"},
      {.name = "unfreeze_epochs", .otherwise = 0, .least = 0, .most = 100000,
       .description = "over so many epochs what is frozen thaws, layer by layer from the head down (Howard, Ruder 2018); 0: never"},
      {.name = "frozen_batch_norm", .otherwise = false,
       .description = "batch normalisations keep statistics, scale and shift: for small batches on pre-trained weights"},
      {.name = "ema", .otherwise = d.ema, .least = 0, .most = 0.99999,
       .description = "weights are measured and kept as a running mean with this share of the old at each step; 0: as they are"},
      {.name = "clipping", .otherwise = d.clipping, .least = 0, .most = 1e6,
       .description = "gradients are scaled down to this norm at most (Pascanu et al. 2013); 0: never"},
      {.name = "patience", .otherwise = 0, .least = 0, .most = 100000,
       .description = "stops after so many epochs that brought nothing on the held-out part; 0: never"},
      {.name = "keep_best", .otherwise = true,
       .description = "gives the weights of the epoch that was best on the held-out part, else those of the last"},
      {.name = "from", .otherwise = d.from,
       .description = "weights that training begins with: a model of the catalogue with this architecture, or a file "
                      "(.safetensors, .pth); empty: random ones"},
  };
}

}  // namespace workflow
