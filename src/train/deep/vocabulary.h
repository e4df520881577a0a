#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workflow/train/dataset.h"

namespace workflow {

/// What UnigramTokenizer is made of.
struct Vocabulary {
  std::vector<std::string> pieces;
  std::vector<double> scores;
};

/// Pieces for a data set's texts, `size` of them at most beside single characters: frequent parts of words, whose
/// probabilities are then those of the best cuts, over a few rounds that each drop what is hardly used. Kudo: Subword
/// Regularization (2018), with the best cut in place of all. Piece 0 is for what is unknown.
Vocabulary learnt_vocabulary(const Dataset& texts, std::size_t size);

}  // namespace workflow
