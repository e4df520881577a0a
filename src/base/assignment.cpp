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

// Some rows and columns that are tied together, directly or through others, by pairs that weigh something.
struct Part {
  std::vector<std::size_t> rows;
  std::vector<std::size_t> columns;
};

using Ties = std::vector<std::vector<std::size_t>>;

Part part_around(std::size_t row, const Ties& columns_of, const Ties& rows_of, std::vector<bool>& row_is_in,
                 std::vector<bool>& column_is_in) {
  Part part;
  part.rows.push_back(row);
  row_is_in[row] = true;
  for (std::size_t next = 0; next < part.rows.size(); ++next)
    for (const std::size_t column : columns_of[part.rows[next]]) {
      if (column_is_in[column]) continue;
      column_is_in[column] = true;
      part.columns.push_back(column);
      for (const std::size_t other : rows_of[column]) {
        if (row_is_in[other]) continue;
        row_is_in[other] = true;
        part.rows.push_back(other);
      }
    }
  return part;
}

}  // namespace

std::vector<std::optional<std::size_t>> assign(std::size_t rows, std::size_t columns,
                                               const std::function<double(std::size_t row, std::size_t column)>& weight) {
  std::vector<double> all(rows * columns);
  Ties columns_of(rows);
  Ties rows_of(columns);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column) {
      // A pair that must not be made weighs nothing: who is left with one is left alone.
      all[row * columns + column] = std::max(0.0, weight(row, column));
      if (all[row * columns + column] <= 0) continue;
      columns_of[row].push_back(column);
      rows_of[column].push_back(row);
    }

  std::vector<std::optional<std::size_t>> pairs(rows);
  std::vector<bool> row_is_in(rows);
  std::vector<bool> column_is_in(columns);
  for (std::size_t row = 0; row < rows; ++row) {
    if (row_is_in[row] || columns_of[row].empty()) continue;
    const Part part = part_around(row, columns_of, rows_of, row_is_in, column_is_in);
    const bool turned = part.rows.size() > part.columns.size();
    const auto& shorter = turned ? part.columns : part.rows;
    const auto& longer = turned ? part.rows : part.columns;
    std::vector<double> weights;
    for (const std::size_t one : shorter)
      for (const std::size_t other : longer)
        weights.push_back(turned ? all[other * columns + one] : all[one * columns + other]);
    const std::vector<std::size_t> found = pair_all(shorter.size(), longer.size(), weights);
    for (std::size_t i = 0; i < shorter.size(); ++i) {
      if (weights[i * longer.size() + found[i]] <= 0) continue;
      (turned ? pairs[longer[found[i]]] : pairs[shorter[i]]) = turned ? shorter[i] : longer[found[i]];
    }
  }
  return pairs;
}

}  // namespace workflow
