#pragma once

#include <memory>

#include "model/session.h"

namespace workflow {

class LoadedModel;

/// A session that runs a trunk's session and then the head on each embedding. Throws Error: what Head and the trunk's own
/// session throw, InvalidModel where the trunk gives no embedding or one of another length than the head reads.
std::shared_ptr<const Session> open_head_session(const LoadedModel& head, const Device& device);

}  // namespace workflow
