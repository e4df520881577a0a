#include "workflow/show/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace workflow {
namespace {

std::string clock_time(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::clamp(seconds, 0.0, 3.6e6) + 0.5);
  return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60)
                      : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

std::string progress_line(const ProgressStep& step, std::size_t width) {
  const double rate = step.seconds > 0 ? static_cast<double>(step.done) / step.seconds : 0;
  std::string left = step.what;
  std::string right = step.of > 0 ? fmt::format(" {}/{}", step.done, step.of) : fmt::format(" {}", step.done);
  if (rate > 0) right += rate >= 10 ? fmt::format(" {:.0f}/s", rate) : fmt::format(" {:.2f}/s", rate);
  if (step.loss) right += fmt::format(" loss {:.4f}", *step.loss);
  if (step.of > step.done && rate > 0)
    right += fmt::format(" {} left", clock_time(static_cast<double>(step.of - step.done) / rate));
  else
    right += fmt::format(" in {}", clock_time(step.seconds));
  if (step.of > 0 && width > left.size() + right.size() + 5) {
    const std::size_t bar = std::min<std::size_t>(30, width - left.size() - right.size() - 3);
    const auto filled = static_cast<std::size_t>(std::min<std::uint64_t>(step.done, step.of) * bar / step.of);
    left += fmt::format(" [{}{}]", std::string(filled, '#'), std::string(bar - filled, '.'));
  }
  return (left + right).substr(0, width);
}

Progress progress_bar() {
  return [is_terminal = isatty(STDERR_FILENO) == 1](const ProgressStep& step) {
    const bool is_end = step.of > 0 && step.done >= step.of;
    if (is_terminal)
      fmt::print(stderr, "\r\033[K{}{}", progress_line(step), is_end ? "\n" : "");
    else if (is_end)
      fmt::print(stderr, "{}\n", progress_line(step));
    std::fflush(stderr);
  };
}

}  // namespace workflow
