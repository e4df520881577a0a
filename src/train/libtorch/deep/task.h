#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/directory.h"
#include "nets/net.h"
#include "train/augment/target_box.h"
#include "workflow/train/dataset.h"
#include "workflow/train/report.h"
#include "workflow/values/image.h"

namespace workflow {

/// An input as it goes into a batch.
struct Example {
  std::uint32_t place = 0;                ///< of its input in the data set
  Image image = {};                       ///< of the task's size; empty for a text
  Image other_view = {};                  ///< the same picture varied in another way, of contrastive learning
  std::vector<std::int64_t> tokens = {};  ///< of a text
  std::vector<float> targets = {};        ///< [concepts]: 1 positive, 0 negative, -1 unknown
  std::int64_t label = 0;                 ///< of embedding: which concept of its data set
  std::vector<TargetBox> boxes = {};      ///< of detection
  int width = 0, height = 0;              ///< pixels of the picture as it was read; of detection
};

/// What an example is made for: training takes it augmented, measuring as the model will see it when it runs.
enum class Use { Training, Measuring };

/// How good a net is on the held-out part.
struct Measured {
  std::optional<double> loss = {};
  std::string metric = {};  ///< what `value` is: "accuracy", "mAP50"
  double value = 0;         ///< more is better
};

/// Collects what a net gives in evaluation mode on the held-out part, batch after batch.
class Measure {
 public:
  virtual ~Measure() = default;

  /// `outputs` are the net's, on the CPU, as 32-bit floats.
  virtual void add(const std::vector<torch::Tensor>& outputs, std::span<const Example> batch) = 0;

  virtual Measured measured() = 0;

  /// Fills in the report's figures and the worst examples.
  virtual void tell(Report& report, const Dataset& held_out) = 0;
};

/// What is to be learnt, apart from how: a net with its loss, and how inputs become examples. The training loop knows
/// nothing else of the kind of model. example() is thread-safe; everything else is called by one thread.
class DeepTask {
 public:
  virtual ~DeepTask() = default;

  /// All that learns and is kept in checkpoints: the net, or a module in which it is called `net`, with what a loss has
  /// beside it. Its buffers are kept too.
  virtual torch::nn::Module& learner() { return net(); }

  /// What is measured and becomes the model.
  virtual Net& net() = 0;

  /// Whether a parameter of learner(), by its dotted name, belongs to the head: what no pre-trained weights fill, what is
  /// never frozen, and what learns at the full rate. All others are the trunk, in the order of the module.
  virtual bool is_head(std::string_view parameter) const = 0;

  /// The inputs that something is learnt from, or measured on: those that say nothing of the concepts are left out.
  virtual std::vector<std::uint32_t> places(const Dataset& dataset, Use use) const = 0;

  /// One input; equal numbers from `random` give equal examples. Throws Error where it cannot be read.
  virtual Example example(const Dataset& dataset, std::size_t place, Use use, std::mt19937_64& random) const = 0;

  /// What the net takes of a batch, on the CPU: pixels as bytes, [N, 3, H, W] RGB in channels_last, unless a task says
  /// otherwise. Thread-safe.
  virtual torch::Tensor input(std::span<const Example> batch) const { return bytes_of(batch, &Example::image); }

  /// That, on the device where the net is, as numbers that the net takes: normalised, for pixels.
  virtual torch::Tensor normalised(const torch::Tensor& input) const = 0;

  /// The mean loss over a batch, with its gradient. `input` is normalised. Called under autocast where training is in
  /// bfloat16; a loss brings what it sums to 32 bits. `random` is for what happens between the examples (mixup).
  virtual torch::Tensor loss(const torch::Tensor& input, std::span<const Example> batch, std::mt19937_64& random) = 0;

  virtual std::unique_ptr<Measure> measure() const = 0;

  /// The trained model, ready to run: its spec, labels and the net's weights as they are now. The card, metrics and the
  /// spec's words about its training are the caller's.
  virtual ModelDirectory model() const = 0;

  /// The model's concepts, in the order of the targets.
  virtual const std::vector<std::string>& concepts() const = 0;

 protected:
  /// The pixels of examples' pictures, [N, 3, H, W] RGB in channels_last.
  static torch::Tensor bytes_of(std::span<const Example> batch, Image Example::* picture);
};

}  // namespace workflow
