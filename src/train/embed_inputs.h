#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "train/content_hash.h"
#include "workflow/model/embedder.h"
#include "workflow/train/head_options.h"

namespace workflow {

/// A data set's inputs as a trunk sees them.
struct EmbeddedInputs {
  std::size_t length = 0;             ///< of an embedding
  std::vector<float> values;          ///< a row for each input that could be read, row-major
  std::vector<std::uint32_t> places;  ///< of the rows in the data set, ascending
  std::vector<ContentHash> hashes;    ///< of the rows
  std::vector<DatasetFault> faults;   ///< of the inputs that could not be
  std::size_t computed = 0;           ///< how many the trunk had to run for; the others were on disk
  double seconds = 0;
};

/// Embeds inputs through the engine, decoding beside the trunk, and keeps what is new on disk. Throws Error: Cancelled,
/// InvalidValue where more inputs than the data set's tolerance are broken.
EmbeddedInputs embed_inputs(const Embedder& embed, const Dataset& dataset, const HeadOptions& options);

/// The trunk's name with everything that its embeddings depend on: id, version, settings and weights.
std::string trunk_fingerprint(const Embedder& embed);

/// The budget that `options.threads` means.
int threads_of(int wanted);

}  // namespace workflow
