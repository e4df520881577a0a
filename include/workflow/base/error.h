#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "workflow/base/export.h"

namespace workflow {

/// What kind of thing went wrong, for a host that wants to switch on it.
enum class ErrorCode {
  InvalidSetting,   ///< a setting is out of its range, or unknown
  InvalidGraph,     ///< a port of another graph, a name used twice, a missing ancestor
  TypeMismatch,     ///< a value of another type than wanted
  NotFound,         ///< no such file, model, step, concept
  Unreadable,       ///< a file that is there but broken
  InvalidModel,     ///< weights or a manifest that do not fit
  InvalidValue,     ///< NaN scores, an empty image
  Unavailable,      ///< a device or a back end that this machine lacks; a file that is locked, a disk that is full
  Conflict,         ///< somebody else changed it meanwhile
  Cancelled,        ///< the host asked for it
  Failed,           ///< whatever an operator or an engine threw
};

/// Where it went wrong; a field is empty where it does not apply.
struct Where {
  std::string graph = {};
  std::string step = {};
  std::string input = {};  ///< the input's id, for example `a.jpg`
};

/// The library's one exception. Its first line is at most 200 bytes and says place, wanted, got and what to do:
/// `[face-mask/masks] input "a.jpg": wanted 3 channels, got 4`. Further lines, where there are any, give details.
class WORKFLOW_EXPORT Error : public std::runtime_error {
 public:
  /// `place` is a function or a file (`safetensors`), `text` what was wanted, what came and what to do.
  Error(ErrorCode code, std::string_view place, std::string_view text);

  ErrorCode code() const { return code_; }
  const Where& where() const { return where_; }

  /// The message without its place.
  const std::string& text() const { return text_; }

  /// The same error with its place in a graph filled in; what was already known stays.
  Error at(const Where& where) const;

 private:
  Error(ErrorCode code, std::string place, std::string text, Where where);

  ErrorCode code_;
  std::string place_;
  std::string text_;
  Where where_;
};

}  // namespace workflow
