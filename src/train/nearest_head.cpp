#include "train/nearest_head.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "train/calibrate.h"

namespace workflow {
namespace {

double dot(const float* a, const float* b, std::size_t length) {
  double sum = 0;
  for (std::size_t i = 0; i < length; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

}  // namespace

void normalise_rows(std::span<float> values, std::size_t length) {
  for (std::size_t at = 0; at < values.size(); at += length) {
    float* row = values.data() + at;
    const double size = std::sqrt(dot(row, row, length));
    if (size > 0)
      for (std::size_t i = 0; i < length; ++i) row[i] = static_cast<float>(static_cast<double>(row[i]) / size);
  }
}

Layer prototypes(const HeadRows& rows, std::size_t length) {
  const std::size_t concepts = rows.targets.concepts;
  std::vector<double> sums(concepts * length);
  std::vector<std::size_t> counts(concepts);
  const auto add = [&](std::size_t row, std::size_t each, double sign) {
    for (std::size_t i = 0; i < length; ++i)
      sums[each * length + i] += sign * static_cast<double>(rows.values[row * length + i]);
  };
  for (std::size_t row = 0; row < rows.targets.rows.size(); ++row)
    for (const std::uint32_t each : rows.targets.rows[row].positive) add(row, each, 1), ++counts[each];

  const auto unit = [&](std::size_t each, float* into) {
    const double size = std::sqrt(std::max(1e-24, [&] {
      double square = 0;
      for (std::size_t i = 0; i < length; ++i) square += sums[each * length + i] * sums[each * length + i];
      return square;
    }()));
    for (std::size_t i = 0; i < length; ++i) into[i] = static_cast<float>(sums[each * length + i] / size);
  };
  Layer layer{length, concepts, std::vector<float>(concepts * length), std::vector<float>(concepts)};
  for (std::size_t each = 0; each < concepts; ++each) unit(each, layer.weight.data() + each * length);

  // Cosines of rows with the means, their own taken without them: some rows are enough to find one number.
  std::vector<std::uint32_t> used;
  std::vector<float> cosines, alone(length);
  const std::size_t step = std::max<std::size_t>(1, rows.targets.rows.size() * concepts / 2'000'000);
  for (std::size_t row = 0; row < rows.targets.rows.size(); row += step) {
    const auto& positive = rows.targets.rows[row].positive;
    if (positive.size() != 1 || counts[positive.front()] < 2) continue;
    used.push_back(static_cast<std::uint32_t>(row));
    const float* values = rows.values.data() + row * length;
    for (std::size_t each = 0; each < concepts; ++each) {
      if (each == positive.front()) {
        add(row, each, -1);
        unit(each, alone.data());
        add(row, each, 1);
        cosines.push_back(static_cast<float>(dot(alone.data(), values, length)));
      } else {
        cosines.push_back(static_cast<float>(dot(layer.weight.data() + each * length, values, length)));
      }
    }
  }
  // Where every concept has a single example nothing can be left out, and a middling scale has to do.
  constexpr double middling = 16, unit_scale = 10;
  for (float& cosine : cosines) cosine *= static_cast<float>(unit_scale);
  const double scale = used.empty() ? middling : unit_scale * fit_temperature(cosines, rows.targets, used);
  for (float& weight : layer.weight) weight *= static_cast<float>(scale);
  return layer;
}

float neighbour_temperature(const HeadRows& rows, std::size_t length, int neighbours) {
  static constexpr std::array<float, 6> temperatures = {0.01f, 0.02f, 0.05f, 0.1f, 0.2f, 1.0f};
  std::array<double, temperatures.size()> losses = {};
  const std::size_t count = rows.targets.rows.size();
  const std::size_t step = std::max<std::size_t>(1, count / 500);
  std::vector<std::pair<double, std::size_t>> near;
  for (std::size_t row = 0; row < count; row += step) {
    near.clear();
    for (std::size_t other = 0; other < count; ++other)
      if (other != row)
        near.emplace_back(-dot(rows.values.data() + row * length, rows.values.data() + other * length, length), other);
    const std::size_t k = std::min(static_cast<std::size_t>(neighbours), near.size());
    if (k == 0) continue;
    std::partial_sort(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(k), near.end());
    for (std::size_t t = 0; t < temperatures.size(); ++t) {
      double right = 0, all = 0;
      for (std::size_t i = 0; i < k; ++i) {
        const double weight = std::exp((near[0].first - near[i].first) / static_cast<double>(temperatures[t]));
        all += weight;
        if (rows.targets.rows[near[i].second].positive == rows.targets.rows[row].positive) right += weight;
      }
      losses[t] -= std::log(std::max(right / all, 1e-3));
    }
  }
  return temperatures[static_cast<std::size_t>(std::min_element(losses.begin(), losses.end()) - losses.begin())];
}

}  // namespace workflow
