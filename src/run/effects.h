#pragma once

#include <memory>
#include <string>
#include <vector>

#include "workflow/graph/effect.h"
#include "workflow/run/result.h"

namespace workflow {

/// The steps of a drawing that write, and the writing: once a window is through, every input of which nothing failed
/// commits its effects, all of them or none.
class Effects {
 public:
  Effects(const Drawing& drawing, bool enabled, std::string run);

  /// Thread-safe. What an outlet throws becomes the error of the inputs that wrote to it.
  void commit(RunWindow& window) const;

 private:
  struct Writer {
    StepId step;
    std::shared_ptr<Outlet> outlet;
    std::string model;
    Json bands;
  };

  EffectContext context(const RunWindow& window, const Writer& writer, std::uint32_t input, std::size_t position) const;
  void commit_to(const void* place, RunWindow& window) const;

  std::vector<Writer> writers_;
  std::string run_;
  std::string graph_version_;
};

}  // namespace workflow
