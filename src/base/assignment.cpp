#include "base/assignment.h"

#include <algorithm>
#include <limits>

namespace workflow {
namespace {

// The best columns of `rows` <= `columns` rows, all of which are paired. Rows and columns count from 1 here: column 0 is
// where the row stands that a place is looked for.
std::vector<std::size_t> pair_all(std::size_t rows, std::size_t columns, const std::vector<double>& weights) {
  constexpr double far = std::numeric_limits<double>::infinity();
  std::vector<double> of_row(rows + 1);
  std::vector<double> of_column(columns + 1);
  std::vector<std::size_t> row_at(columns + 1);
  for (std::size_t row = 1; row <= rows; ++row) {
    row_at[0] = row;
    std::vector<double> slack(columns + 1, far);
    std::vector<std::size_t> came_from(columns + 1);
    std::vector<bool> is_used(columns + 1);
    std::size_t at = 0;
    do {
      is_used[at] = true;
      double least = far;
      std::size_t next = 0;
      for (std::size_t column = 1; column <= columns; ++column) {
        if (is_used[column]) continue;
        const double cost = -weights[(row_at[at] - 1) * columns + column - 1] - of_row[row_at[at]] - of_column[column];
        if (cost < slack[column]) {
          slack[column] = cost;
          came_from[column] = at;
        }
        if (slack[column] < least) {
          least = slack[column];
          next = column;
        }
      }
      for (std::size_t column = 0; column <= columns; ++column) {
        if (is_used[column]) {
          of_row[row_at[column]] += least;
          of_column[column] -= least;
        } else {
          slack[column] -= least;
        }
      }
      at = next;
    } while (row_at[at] != 0);
    for (; at != 0; at = came_from[at]) row_at[at] = row_at[came_from[at]];
  }
  std::vector<std::size_t> columns_of(rows);
  for (std::size_t column = 1; column <= columns; ++column)
    if (row_at[column] != 0) columns_of[row_at[column] - 1] = column - 1;
  return columns_of;
}

}  // namespace

std::vector<std::optional<std::size_t>> assign(std::size_t rows, std::size_t columns,
                                               const std::function<double(std::size_t row, std::size_t column)>& weight) {
  std::vector<std::optional<std::size_t>> pairs(rows);
  if (rows == 0 || columns == 0) return pairs;
  const bool turned = rows > columns;
  const std::size_t shorter = std::min(rows, columns);
  const std::size_t longer = std::max(rows, columns);
  // A pair that must not be made weighs nothing: who is left with one is left alone.
  std::vector<double> weights(rows * columns);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column)
      weights[turned ? column * longer + row : row * longer + column] = std::max(0.0, weight(row, column));
  const std::vector<std::size_t> found = pair_all(shorter, longer, weights);
  for (std::size_t i = 0; i < shorter; ++i)
    if (weights[i * longer + found[i]] > 0) pairs[turned ? found[i] : i] = turned ? i : found[i];
  return pairs;
}

}  // namespace workflow
