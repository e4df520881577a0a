#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "workflow/show/progress.h"

namespace workflow {

/// Tells a host's Progress of one piece of work, some twenty times a second at most and once at its end; nothing where the
/// host gave none.
class ProgressRate {
 public:
  ProgressRate(const Progress& progress, std::string what, std::uint64_t of) : progress_(progress) {
    step_.what = std::move(what);
    step_.of = of;
  }

  void at(std::uint64_t done) {
    step_.done = done;
    const double now = seconds();
    if (!progress_ || done >= step_.of || now - told_ < 0.05) return;
    told_ = now;
    tell(now);
  }

  void loss(double value) { step_.loss = value; }

  /// However much was done, the work is at its end.
  void end() {
    step_.done = step_.of;
    if (progress_) tell(seconds());
  }

  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(); }

 private:
  void tell(double now) {
    step_.seconds = now;
    progress_(step_);
  }

  const Progress& progress_;
  ProgressStep step_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  double told_ = 0;
};

}  // namespace workflow
