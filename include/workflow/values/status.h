#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "workflow/base/export.h"

namespace workflow {

/// How far an annotation is. The numbers are the codes that annotation services know these by.
enum class Status {
  Success = 24150,            ///< it holds
  PendingReview = 24151,      ///< a doubtful one: a person is to look at it
  AwaitingReview = 24157,     ///< submitted, and a person is to look at it
  ReviewDenied = 24158,       ///< a person rejected it
  AwaitingConsensus = 24159,  ///< some persons decided, more are to
};

/// Every status, with its word in JSON.
inline constexpr std::array<std::pair<Status, std::string_view>, 5> statuses = {{{Status::Success, "success"},
                                                                                 {Status::PendingReview, "pending-review"},
                                                                                 {Status::AwaitingReview, "awaiting-review"},
                                                                                 {Status::ReviewDenied, "review-denied"},
                                                                                 {Status::AwaitingConsensus, "awaiting-consensus"}}};

/// Its word: "pending-review". Throws Error (InvalidValue) for a number that is no status.
WORKFLOW_EXPORT std::string_view word_of(Status status);

/// Reads its word. Throws Error (InvalidValue) that names those that there are.
WORKFLOW_EXPORT Status status_of(std::string_view word);

}  // namespace workflow
