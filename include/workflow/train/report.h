#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/base/json.h"
#include "workflow/train/dataset.h"
#include "workflow/train/detection_metrics.h"
#include "workflow/train/epoch.h"
#include "workflow/train/metrics.h"

namespace workflow {

/// What a model says of inputs that it was not trained on, and what is right. Const and thread-safe.
struct Predictions {
  std::vector<std::string> ids = {};
  std::vector<std::string> concepts = {};
  std::vector<float> scores = {};        ///< [ids, concepts], row-major, 0..1
  std::vector<std::int8_t> truths = {};  ///< the same shape: 1 positive, 0 negative, -1 unknown

  /// One concept's scores and truths where something is known.
  void column(std::size_t concept_index, std::vector<float>& scores_of, std::vector<std::uint8_t>& truths_of) const;

  /// The best score of each input, and whether that concept is right; inputs of which that is unknown are left out.
  void top(std::vector<float>& scores_of, std::vector<std::uint8_t>& truths_of) const;
};

/// How well one concept is told, on the held-out part.
struct ConceptReport {
  std::string name = {};
  std::size_t trained_on = 0;                    ///< positive examples
  std::size_t positive = 0;                      ///< held-out examples that show it
  std::size_t negative = 0;                      ///< and that do not
  std::optional<double> roc_auc = {};            ///< none where one kind of example is missing
  std::optional<double> average_precision = {};  ///< none without a positive example
  Decisions decisions = {};                      ///< taken as there where its score is best (exclusive), or 0.5 and more
};

/// How often inputs that show one concept were taken for another; sparse, in the order of counts.
struct Confusion {
  std::size_t truth = 0;  ///< places in the report's concepts
  std::size_t said = 0;
  std::size_t count = 0;
  double mean_score = 0;  ///< of what was said
};

/// Two concepts that the held-out inputs show together.
struct CoOccurrence {
  std::size_t first = 0;
  std::size_t second = 0;
  std::size_t count = 0;
};

/// A held-out input that the model is most wrong about.
struct WorstExample {
  std::string id = {};
  std::string truth = {};  ///< what it shows
  std::string said = {};   ///< what the model says instead
  double score = 0;        ///< of what it says
  Image picture = {};      ///< small; empty for a text
  std::string text = {};   ///< of a text, at most 300 bytes
};

/// What is asked of threshold_for.
struct PrecisionAim {
  double precision = 0.95;        ///< above 0 and below 1
  double confidence = 0.95;       ///< above 0 and below 1
  std::string concept_name = {};  ///< empty: the best concept of each input, whichever it is
};

/// What the held-out data can promise.
struct PromisedThreshold {
  std::optional<float> threshold = {};  ///< accept scores of at least this; none where nothing can be promised
  double precision = 0;                 ///< at least this, with the confidence asked for
  double recall = 0;                    ///< of the held-out inputs that are right, the share accepted
  std::size_t accepted = 0;             ///< held-out inputs
  std::string why = {};                 ///< where nothing can be promised

  explicit operator bool() const { return threshold.has_value(); }
  float operator*() const { return threshold.value(); }
};

/// The Clopper-Pearson promise on plain scores and truths, as Report::threshold_for makes it: at most eight thresholds,
/// placed by the number of items that they accept and not by their truths, are tested at (1 - confidence) / 8 each, so that
/// the promise holds for whichever of them is chosen. Needs about ln(8 / (1 - confidence)) / -ln(precision) right items at
/// least.
WORKFLOW_EXPORT PromisedThreshold promised_threshold(Scores scores, Truths truths, double precision, double confidence);

/// What a training gave: its figures as plain data, as a text (it prints with fmt), as JSON and as one HTML page that needs
/// nothing else. A copy shares the predictions. Const and thread-safe.
struct WORKFLOW_EXPORT Report {
  std::string model = {};      ///< what was trained: "head (linear) on image-embedder@1"
  bool exclusive = true;       ///< one concept an input, or any number
  std::size_t trained_on = 0;  ///< inputs
  std::size_t held_out = 0;

  std::vector<ConceptReport> concepts = {};
  std::optional<double> accuracy = {};  ///< the share of held-out inputs whose best concept is right
  std::optional<double> roc_auc = {};   ///< the mean over the concepts that have one; as the next two
  std::optional<double> average_precision = {};
  std::optional<double> f1 = {};
  std::vector<Confusion> confusion = {};         ///< of exclusive concepts
  std::vector<CoOccurrence> co_occurrence = {};  ///< of independent ones
  std::vector<ReliabilityBin> reliability = {};  ///< of the best scores (exclusive), else of all
  std::optional<double> calibration_error = {};  ///< ECE of these
  std::optional<DetectionQuality> detection = {};  ///< of a detector, on the held-out part
  std::vector<double> fold_accuracy = {};        ///< of the cross-validation, where it was asked for
  std::optional<RetrievalQuality> retrieval = {};  ///< of an embedding

  std::vector<Epoch> epochs = {};
  std::vector<WorstExample> worst = {};
  std::vector<std::string> notes = {};  ///< what its reader should know: duplicates, concepts without examples, ...
  std::vector<DatasetFault> faults = {};

  Json settings = {};            ///< what it was trained with
  double seconds_embedding = 0;  ///< decoding and the trunk, or reading the cache
  double seconds_training = 0;
  double seconds_waiting = 0;     ///< of the training, for inputs to be read; of Trainer::deep
  double items_per_second = 0;    ///< embedded or read, of both parts; of Trainer::deep: learnt from
  std::size_t computed = 0;       ///< inputs that the trunk was run for; the others were on disk
  std::uint64_t peak_memory = 0;  ///< bytes, of the process

  std::shared_ptr<const Predictions> predictions = {};  ///< on the held-out part; null without one

  /// The lowest threshold whose precision is at least this, with this confidence over draws of the held-out data: for bands
  /// and Keep. Throws Error: InvalidSetting, NotFound for a concept that is not there (with the nearest name).
  PromisedThreshold threshold_for(const PrecisionAim& aim) const;

  std::string to_string() const;
  Json to_json() const;
  std::string to_html() const;

  /// Writes the page, aside and then renamed. Throws Error (Failed).
  void save_html(const std::string& file) const;
};

}  // namespace workflow

template <>
struct fmt::formatter<workflow::Report> : fmt::formatter<fmt::string_view> {
  template <class Context>
  auto format(const workflow::Report& report, Context& context) const {
    return fmt::formatter<fmt::string_view>::format(report.to_string(), context);
  }
};
