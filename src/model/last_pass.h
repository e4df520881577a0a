#pragma once

#include <memory>
#include <span>
#include <vector>

#include "model/session.h"

namespace workflow {

class LoadedModel;

/// A trunk's outputs for some items, as its session gives them. The calling thread remembers its last pass: heads on one
/// trunk that are given the same items one after the other, as two classifiers in one graph are, share the trunk's run.
/// Pixels are the same where they lie at the same place of the same living image, texts where they are equal; what was freed
/// since is never mistaken for what took its place. Nothing but the outputs and up to 1 MB of text is kept alive.
std::shared_ptr<const std::vector<Output>> trunk_outputs(const std::shared_ptr<const LoadedModel>& trunk,
                                                         const Session& session, std::span<const Image> images);
std::shared_ptr<const std::vector<Output>> trunk_outputs(const std::shared_ptr<const LoadedModel>& trunk,
                                                         const Session& session, std::span<const Text> texts);

}  // namespace workflow
