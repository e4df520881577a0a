#pragma once

#include <string>

#include "base/http.h"
#include "workflow/model/spec.h"

namespace workflow {

/// Brings a file from the net to `target`, whose folder is made where it is missing. What comes is written beside it; a
/// half that an earlier call left there is gone on with. The file takes its name once its sum is right. Of several
/// processes that want it one fetches, the others wait. `place` begins the messages: the model's name.
/// Throws Error: Unavailable where the server cannot be reached, stalls or breaks off three times without a byte more (what
/// came is kept for the next call), NotFound where it has no such file, Unreadable where the sum is another one or the
/// file longer than the options allow, Failed where the disk refuses; in the latter three cases nothing is left behind.
void fetch(const WeightsLocation& from, const std::string& target, const std::string& place,
           const HttpOptions& options = {.most_bytes = std::uint64_t{1} << 35});

}  // namespace workflow
