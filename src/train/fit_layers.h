#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "train/targets.h"
#include "workflow/train/head_options.h"

namespace workflow {

/// A fully connected layer: `weight` is [out, in], row-major.
struct Layer {
  std::size_t in = 0;
  std::size_t out = 0;
  std::vector<float> weight;
  std::vector<float> bias;
};

/// Embeddings with their targets: `rows` is [targets.rows.size(), length], row-major. A view.
struct Rows {
  std::span<const float> values;
  std::size_t length = 0;
  const Targets* targets = nullptr;

  std::size_t size() const { return targets ? targets->rows.size() : 0; }
};

/// How it went after an epoch.
struct FitEpoch {
  int number = 0;  ///< from 1
  double loss = 0;
  double learning_rate = 0;
  std::optional<double> held_out_loss;
  std::optional<double> accuracy;  ///< of the held-out rows, where concepts exclude each other; else the mean one
};

struct FitSettings {
  Optimiser optimiser = Optimiser::Lbfgs;
  int epochs = 100;
  double l2 = 0;
  double least_gain = 1e-6;  ///< of L-BFGS: ends after three steps in a row that each take less than this share off the loss
  double learning_rate = 0;
  int batch = 256;
  std::uint64_t seed = 0;
  int threads = 1;
  std::vector<float> concept_weights = {};  ///< one each; empty: 1
  std::stop_token cancel = {};
  std::function<bool(const FitEpoch&)> go_on = {};  ///< asked after each epoch; empty: always
};

/// Layers of these widths with weights near zero, the same for equal seeds.
std::vector<Layer> starting_layers(std::span<const std::size_t> widths, std::uint64_t seed);

/// Trains layers (ReLU between them) on the rows at `use` (all where it is empty): cross-entropy of a softmax where the
/// concepts exclude each other, else of a sigmoid each, in the mean over the rows, plus l2 / 2 times the squared weights.
/// Ends early once the loss no longer falls. Memory beside the rows is bounded, whatever their number.
/// Throws Error: Cancelled, Failed where LibTorch fails or the loss is no number.
std::vector<Layer> fit_layers(std::vector<Layer> start, const Rows& rows, std::span<const std::uint32_t> use,
                              const Rows& held_out, const FitSettings& settings);

/// Trains heads of a single layer each on the same rows, in one go: head i learns from all rows but those of `left_out[i]`
/// (ascending), and ends where fit_layers would take it, in a fraction of the time, as each row is read once for all of
/// them. `go_on` and the held-out rows are those of the first. As many run at once as keep memory bounded. Throws as
/// fit_layers.
std::vector<Layer> fit_side_by_side(std::vector<Layer> start, const Rows& rows,
                                    std::span<const std::span<const std::uint32_t>> left_out, const Rows& held_out,
                                    const FitSettings& settings);

/// The layers' outputs for the rows at `use`, [use.size(), out].
std::vector<float> outputs_of(const std::vector<Layer>& layers, const Rows& rows, std::span<const std::uint32_t> use,
                              int threads);

}  // namespace workflow
