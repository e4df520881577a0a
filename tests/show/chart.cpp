#include "workflow/show/chart.h"

#include <cmath>

#include "catch.h"

using namespace workflow;

TEST_CASE("A chart of nothing, of one point and of NaN is a chart all the same") {
  for (const ChartLine& line : {ChartLine{"x", {}, 0, false}, ChartLine{"x", {{1, 2}}, 0, false},
                                ChartLine{"x", {{NAN, 2}, {1, INFINITY}}, 0, false}}) {
    const std::string svg = svg_of({"t", "x", "y", {line}, false});
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(svg.find("inf") == std::string::npos);
    CHECK_THAT(svg, Catch::EndsWith("</svg>"));
    CHECK(draw(Chart{"t", "x", "y", {line}, false}).width() == 840);
  }
}

TEST_CASE("A chart's words are never taken for markup, and its lines are where their points are") {
  const Chart chart{"a < b", "x & y", "y", {ChartLine{"line <1>", {{0, 0}, {10, 5}}, 1, true}}, false};
  const std::string svg = svg_of(chart);
  CHECK_THAT(svg, Catch::Contains("a &lt; b") && Catch::Contains("x &amp; y") && Catch::Contains("line &lt;1&gt;"));
  CHECK_THAT(svg, Catch::Contains("points=\"52.0,256.0 406.0,30.0 \""));
  const Image image = draw(Chart{"", "", "", {ChartLine{"", {{0, 0}, {10, 5}}, 0, false}}, false});
  const std::uint8_t* corner = image.row(600 - 80) + 90 * 3;         // where the line begins
  CHECK(static_cast<int>(corner[0]) > static_cast<int>(corner[2]));  // blue
}
