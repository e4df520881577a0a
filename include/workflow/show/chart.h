#pragma once

#include <string>
#include <utility>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/values/image.h"

namespace workflow {

/// One line of a chart.
struct ChartLine {
  std::string name = {};  ///< in the legend; empty: not there
  std::vector<std::pair<double, double>> points = {};
  int colour = 0;  ///< of Okabe and Ito's palette, which people with a colour vision deficiency tell apart as well
  bool is_dashed = false;
};

/// Lines over two axes. Points that are no numbers are left out.
struct Chart {
  std::string title = {};
  std::string x_name = {};
  std::string y_name = {};
  std::vector<ChartLine> lines = {};
  bool is_unit_square = false;  ///< both axes 0..1; else they span what the lines do, y from 0 where all is positive
};

/// The chart as an <svg> element that scales with its page.
WORKFLOW_EXPORT std::string svg_of(const Chart& chart);

/// The chart as a picture of 840 x 600 pixels.
WORKFLOW_EXPORT Image draw(const Chart& chart);

}  // namespace workflow
