#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "workflow/base/device.h"
#include "workflow/base/precision.h"
#include "workflow/show/progress.h"

namespace workflow {

/// One of several processes, perhaps on several machines, that train one model together: each takes its share of every
/// batch, and gradients are averaged. All are given equal data, templates, settings and options but for `rank`.
struct Processes {
  int world = 1;                             ///< how many there are, 1..1024
  int rank = 0;                              ///< which of them this is; 0 writes the checkpoints
  std::string address = "127.0.0.1";         ///< of the machine that rank 0 runs on, as the others reach it
  int port = 29500;                          ///< on that machine, 1..65535
  double seconds_until_lost = 30;            ///< one that does not answer for so long is lost, which is an Error (Unavailable)
  friend bool operator==(const Processes&, const Processes&) = default;
};

/// What belongs to the host of a training from a template; all about how it learns is the template's: see Trainer::set.
struct DeepOptions {
  int epochs = 20;  ///< passes over the data at most, 1..100,000

  /// A folder for checkpoints, made where it is missing. A training that was stopped or killed goes on from the last one and
  /// ends as it would have, bit for bit, on the same machine with the same number of threads. Empty: none are written.
  std::string checkpoints = {};
  double checkpoint_minutes = 5;  ///< within an epoch one is written this often; at its end always. Above 0

  int threads = 0;       ///< that compute; 0 takes all cores, else 1..1024. Pictures are read by a few more beside them
  Device device = {};    ///< where it computes
  std::uint64_t seed = 0;  ///< equal seeds, data, settings and machines give equal models

  /// BFloat16 computes convolutions and matrix products in bfloat16 and keeps weights, sums and updates in 32 bits (mixed
  /// precision): faster where the device multiplies it. Throws Unavailable where it does not.
  Precision precision = Precision::Float32;

  Processes processes = Processes();
  Progress progress = {};       ///< progress_bar() or the host's own; empty: silent
  std::stop_token cancel = {};  ///< ends the training with an Error (Cancelled); its checkpoint stays
};

/// How the loss goes as the learning rate rises from step to step (Smith 2017).
struct RateSearch {
  double suggested = 0;                             ///< where the loss falls fastest
  std::vector<std::pair<double, double>> losses = {};  ///< learning rate and smoothed loss of each step
};

}  // namespace workflow
