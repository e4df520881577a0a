#include "workflow/operators/notify.h"

namespace workflow {

void Notify::check() const {
  if (!outbox)
    throw Error(ErrorCode::InvalidSetting, kind, "outbox: wanted one that is open, got none; say Outbox::open(file, ...)");
  if (event.empty()) throw Error(ErrorCode::InvalidSetting, kind, "event: wanted a name, got an empty one");
}

}  // namespace workflow
