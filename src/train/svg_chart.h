#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace workflow {

/// One line of a chart.
struct ChartLine {
  std::string name;
  std::vector<std::pair<double, double>> points;
  int colour = 0;        ///< of Okabe and Ito's palette
  bool is_dashed = false;
};

struct Chart {
  std::string title;
  std::string x_name;
  std::string y_name;
  std::vector<ChartLine> lines;
  bool is_unit_square = false;  ///< both axes 0..1; else they span what the lines do, from 0 where all is positive
  std::string id;               ///< of the <svg>, for scripts; may be empty
};

/// A chart as an <svg> element that scales with its page. Points that are no numbers are left out.
std::string svg_of(const Chart& chart);

/// Text as HTML shows it: nothing in it is markup.
std::string html_text(std::string_view text);

}  // namespace workflow
