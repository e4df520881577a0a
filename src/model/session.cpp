#include "model/session.h"

#include "workflow/base/error.h"

namespace workflow {

std::vector<Output> Session::run(std::span<const Image>) const {
  throw Error(ErrorCode::TypeMismatch, model_, "wanted texts, as this model takes, got images");
}

std::vector<Output> Session::run(std::span<const Text>) const {
  throw Error(ErrorCode::TypeMismatch, model_, "wanted images, as this model takes, got texts");
}

}  // namespace workflow
