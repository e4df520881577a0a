#pragma once

#include <functional>
#include <optional>
#include <string>

namespace workflow {

/// How a training stands after one pass over its data.
struct Epoch {
  int number = 0;                            ///< from 1
  int of = 0;                                ///< how many there will be at most
  double loss = 0;                           ///< on what is trained on, regularisation included
  std::optional<double> held_out_loss = {};  ///< none without a held-out part
  std::string metric = {};                   ///< what `value` is: "accuracy"
  std::optional<double> value = {};          ///< on the held-out part, more is better
  int stale_for = 0;                         ///< epochs since `value` was at its best
  double learning_rate = 0;                  ///< of this epoch's last step
  double seconds = 0;                        ///< since the training began
};

/// What a training does next.
enum class Verdict { Continue, Stop };

/// Called after each epoch, on the thread that trains.
using EpochCallback = std::function<Verdict(const Epoch&)>;

}  // namespace workflow
