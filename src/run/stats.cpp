#include "workflow/run/stats.h"

#include <fmt/format.h>

#include <algorithm>

namespace workflow {

std::string RunStats::to_string() const {
  std::size_t widest = 4;
  for (const StepStats& step : steps) widest = std::max(widest, step.step.size());
  std::string text = fmt::format("{} inputs in {:.2f} s ({:.1f} a second), {} with errors\n", inputs, seconds,
                                 seconds > 0 ? static_cast<double>(inputs) / seconds : 0.0, failed_inputs);
  text += fmt::format("{:<{}} {:>9} {:>9} {:>9} {:>9} {:>11}", "step", widest, "batches", "in", "out", "failed", "ms");
  for (const StepStats& step : steps) {
    text += fmt::format("\n{:<{}} {:>9} {:>9} {:>9} {:>9} {:>11.2f}", step.step, widest, step.batches, step.items_in, step.items_out,
                        step.failures, step.seconds * 1e3);
    for (const auto& [what, count] : step.tallies) text += fmt::format("  {} {}", count, what);
  }
  return text;
}

}  // namespace workflow
