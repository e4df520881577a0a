#pragma once

#include <map>
#include <string>
#include <vector>

#include "train/augment/target_box.h"
#include "workflow/train/dataset.h"

namespace workflow {

/// What was wrong with labelled boxes, counted, for people to read.
struct BoxFaults {
  std::size_t clipped = 0;                          ///< reached beyond their picture
  std::size_t left_out = 0;                         ///< had no area on it, or an edge that is no number
  std::string first = {};                           ///< the input with the first of these
  std::map<std::string, std::size_t> unknown = {};  ///< of concepts that are not among those to be found

  /// A line for each kind of fault; `part` is what the boxes are of, "training".
  std::vector<std::string> told(const std::string& part) const;
};

/// The boxes of inputs as a detector is trained and measured on them: clipped to the picture, with their concept's place.
/// Const and thread-safe.
class TargetBoxes {
 public:
  explicit TargetBoxes(const std::vector<std::string>& concepts);

  /// Those that can be used; what was wrong with the others is counted where `faults` is given.
  std::vector<TargetBox> operator()(const LabelledInput& input, BoxFaults* faults = nullptr) const;

 private:
  std::map<std::string, std::uint32_t, std::less<>> places_;
};

}  // namespace workflow
