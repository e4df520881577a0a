#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "workflow/app/app.h"
#include "workflow/base/export.h"
#include "workflow/run/source.h"
#include "workflow/train/labelled_input.h"

namespace workflow {

struct DatasetOptions {
  /// Which share of the inputs may be broken (files that cannot be read, lines that make no sense), 0..1. They are counted
  /// and named in the report; more of them are an Error.
  double tolerance = 0.05;
};

struct SplitOptions {
  double held_out = 0.2;   ///< share of the inputs, above 0 and below 1
  std::uint64_t seed = 0;  ///< equal seeds give equal splits, on every machine
};

/// Something of a data set that could not be used.
struct DatasetFault {
  std::string id = {};   ///< the input's
  std::string why = {};  ///< the error's text
  friend bool operator==(const DatasetFault&, const DatasetFault&) = default;
};

/// What of an app becomes a data set: what persons have decided on.
struct AppLabels {
  /// The input of an annotation. Empty: the picture `folder`/<input's id>, of a region that part of it.
  std::function<decltype(LabelledInput::input)(const Annotation&)> input = {};
  std::string folder = {};  ///< where the app's inputs lie, as they were run
  std::string task = {};    ///< only annotations of this task; empty: of all
};

struct Split;

/// Inputs with labels. Lazy: pictures are read when somebody needs them. A copy costs a pointer; const and thread-safe.
/// @code
///   auto [train, held_out] = Dataset::folders("masks").split({.held_out = 0.2, .seed = 7});
/// @endcode
/// The makers throw Error: NotFound where there is nothing, Unreadable where a file is not what it should be, InvalidValue
/// where more inputs than `tolerance` are broken, InvalidSetting for options out of range.
class WORKFLOW_EXPORT Dataset {
 public:
  Dataset();

  /// Of inputs that the host has: all pictures or all texts, else Error (TypeMismatch).
  static Dataset of(std::vector<LabelledInput> inputs, const DatasetOptions& options = {});

  /// A folder of folders of pictures, one folder a concept, named as that is. Ids are "cat/001.jpg".
  static Dataset folders(const std::string& folder, const DatasetOptions& options = {});

  /// Pascal VOC: JPEGImages and Annotations/*.xml; a picture is positive for what its boxes show. With a train.txt or
  /// val.txt (also below ImageSets/Main) in `list`, only the pictures named there.
  static Dataset voc(const std::string& folder, const std::string& list = {}, const DatasetOptions& options = {});

  /// COCO: a JSON file with images, annotations and categories. `images` is the folder of the pictures; empty: the JSON
  /// file's own, or its subfolder `images`.
  static Dataset coco(const std::string& json_file, const std::string& images = {}, const DatasetOptions& options = {});

  /// Lines of "label TAB text" (.tsv), or "label,text" with quotes as in RFC 4180 (.csv). Ids are line numbers from 1.
  static Dataset table(const std::string& file, const DatasetOptions& options = {});

  /// MNIST's format: `<part>-images-idx3-ubyte` and `<part>-labels-idx1-ubyte` in a folder, plain or .gz; `part` is "train"
  /// or "t10k". Concepts are the digits, or the names of labels.txt where the folder has one.
  static Dataset idx(const std::string& folder, const std::string& part = "train", const DatasetOptions& options = {});

  /// What persons approved, corrected or rejected in an app's review. A concept with a score of 0.5 and more holds; one
  /// below that, or one that the model had said and the person did not, does not, and neither does what was rejected.
  /// Annotations of one input are a group.
  static Dataset from(const App& app, const AppLabels& labels, const DatasetOptions& options = {});

  /// Tells by looking which of these it is: a folder of folders, of VOC or of idx files, a .json (COCO), a .tsv or .csv.
  static Dataset open(const std::string& path, const DatasetOptions& options = {});

  bool empty() const { return indices_.empty(); }
  std::size_t size() const { return indices_.size(); }
  const LabelledInput& operator[](std::size_t i) const;

  bool has_texts() const;  ///< else pictures; false where it is empty

  /// Every concept that some input of the whole data set names, in natural order; parts of a split keep all of them.
  const std::vector<std::string>& concepts() const;

  /// What is said of concept number `concept_index` on input number `i`.
  Said said(std::size_t i, std::size_t concept_index) const;

  /// The concepts that an input is said to show, or not to show, as places in concepts().
  std::span<const std::uint32_t> positive(std::size_t i) const;
  std::span<const std::uint32_t> negative(std::size_t i) const;

  /// Two parts, each input in one of them, the concepts in equal shares in both: every set of labels that inputs bear is
  /// divided on its own. A concept with one input is trained on. Groups stay whole. Throws Error (InvalidSetting).
  Split split(const SplitOptions& options = {}) const;

  /// `folds` splits (2 to 100) whose held-out parts cover the data set, stratified in the same way.
  std::vector<Split> k_folds(int folds, std::uint64_t seed = 0) const;

  /// The inputs at these places, in this order. Throws Error (InvalidValue) for a place that is not there.
  Dataset subset(std::span<const std::size_t> places) const;

  /// What could not be used when it was opened, in the whole data set.
  const std::vector<DatasetFault>& faults() const;

  /// Boxes that were clipped to their picture or, without an area on it, left out when it was opened, by the input's id; the
  /// inputs are used all the same.
  const std::vector<DatasetFault>& box_faults() const;
  const DatasetOptions& options() const;

  /// The pictures, or the texts, for an executor: `executor.run(graph, dataset.source())`. Result number n is input n.
  Source source() const;

 private:
  struct Whole;
  Dataset(std::shared_ptr<const Whole> whole, std::vector<std::uint32_t> indices);
  static Dataset made(std::vector<LabelledInput> inputs, std::vector<DatasetFault> faults, const DatasetOptions& options,
                      const std::string& place, std::vector<DatasetFault> box_faults = {});

  std::shared_ptr<const Whole> whole_;
  std::vector<std::uint32_t> indices_;
};

/// What a split gives: `auto [train, held_out] = dataset.split();`
struct Split {
  Dataset train = {};
  Dataset held_out = {};
};

/// The picture of an input, read or made now. Throws Error: TypeMismatch for a text, else as read_image does.
WORKFLOW_EXPORT Image image_of(const LabelledInput& input);

}  // namespace workflow
