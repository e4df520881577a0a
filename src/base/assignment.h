#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace workflow {

/// Pairs each row with at most one column so that the weights of the pairs add up to the most that is possible; a pair
/// whose weight is not above 0 is never made. Gives each row's column. The Hungarian method with potentials (Kuhn 1955,
/// Munkres 1957), for each set of rows and columns that hang together, in the square of its shorter side times the longer.
std::vector<std::optional<std::size_t>> assign(std::size_t rows, std::size_t columns,
                                               const std::function<double(std::size_t row, std::size_t column)>& weight);

}  // namespace workflow
