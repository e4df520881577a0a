#pragma once

#include <string>
#include <vector>

#include "train/embed_inputs.h"
#include "train/targets.h"

namespace workflow {

/// Embedded rows with targets, and where they come from.
struct HeadRows {
  std::vector<float> values;  ///< row-major
  Targets targets;
  std::vector<std::uint32_t> places;  ///< of the rows in their data set; rows of `enrich` have none and stand at the end
  std::vector<ContentHash> hashes;
};

/// Everything that a head is trained on, and what its reader should know of that.
struct HeadData {
  std::size_t length = 0;             ///< of an embedding
  std::vector<std::string> concepts;  ///< that can be learnt
  HeadRows train;
  HeadRows held_out;
  std::vector<std::string> notes;
  std::vector<DatasetFault> faults;
  std::size_t computed = 0;  ///< inputs that the trunk was run for
  std::size_t embedded = 0;  ///< rows in all
  double seconds = 0;
};

/// Embeds both parts and makes their targets. Throws Error (InvalidValue) where there is nothing to learn, naming what is
/// missing, and what embed_inputs throws.
HeadData head_data(const Embedder& trunk, const Dataset& train, const Dataset& held_out, const HeadOptions& options);

}  // namespace workflow
