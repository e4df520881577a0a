#pragma once

#include <optional>
#include <string>
#include <vector>

#include "train/libtorch/deep/weight_update.h"
#include "workflow/base/json.h"

namespace workflow {

/// What a checkpoint holds beside tensors, as it was read.
struct ReadCheckpoint {
  Json progress;
  Weights weights;
};

/// The checkpoints of one training in a folder of its own, as safetensors files (docs/templates.md): `checkpoint-<step>` with
/// everything that goes on, of which the last two are kept, and `best-<epoch>` with the weights of the best epoch. Each is
/// written aside and renamed. One thread at a time.
class Checkpoints {
 public:
  /// `identity` is what two trainings must share for one to go on where the other was. An empty folder writes nothing and
  /// finds nothing. Throws Error (Failed) where the folder cannot be made.
  Checkpoints(std::string folder, Json identity);

  bool are_kept() const { return !folder_.empty(); }

  /// Writes one after `step` steps and drops those before the last two, and the best that no kept one names. Throws Error
  /// (Failed) where the disk refuses; those that there were are as good as before.
  void write(std::int64_t step, const NamedTensors& tensors, const Json& progress);
  void write_best(int epoch, const NamedTensors& tensors);

  /// The last one that is whole; what is wrong with later ones is added to `notes`. None where there is none. Throws Error:
  /// Conflict where it is another training's, with what differs; Unreadable where there are some, and none is whole.
  std::optional<ReadCheckpoint> last(std::vector<std::string>& notes) const;
  std::optional<ReadCheckpoint> best(int epoch) const;

 private:
  void write_file(const std::string& name, const NamedTensors& tensors, const Json& progress) const;
  ReadCheckpoint read_file(const std::string& file) const;
  std::vector<std::string> files(const std::string& kind) const;
  void drop_old() const;

  std::string folder_;
  Json identity_;
};

/// Copies the tensors of a checkpoint into these, which must all be there and of the same shapes. Throws Error (Unreadable).
void restore(const NamedTensors& tensors, const ReadCheckpoint& from);

}  // namespace workflow
