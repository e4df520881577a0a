#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace workflow {

/// Pairs each row with at most one column so that the weights of the pairs add up to the most that is possible; a pair
/// whose weight is not above 0 is never made. Gives each row's column. The Hungarian method with potentials (Kuhn 1955,
/// Munkres 1957), in the square of the shorter side times the longer one.
std::vector<std::optional<std::size_t>> assign(std::size_t rows, std::size_t columns,
                                               const std::function<double(std::size_t row, std::size_t column)>& weight);

}  // namespace workflow
