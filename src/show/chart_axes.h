#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "workflow/show/chart.h"

namespace workflow {

inline constexpr std::array<std::string_view, 7> chart_colours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                                  "#e69f00", "#56b4e9", "#999999"};

/// An axis from `low` to `high` with a mark each `step`.
struct Axis {
  double low = 0;
  double high = 1;
  double step = 0.2;

  double share(double value) const { return (value - low) / (high - low); }
  std::string mark(double value) const;  ///< with as many digits as the steps need
};

/// The axes, across and up.
std::pair<Axis, Axis> axes_of(const Chart& chart);

}  // namespace workflow
