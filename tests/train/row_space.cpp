#include "train/row_space.h"

#include <cmath>
#include <random>

#include "catch.h"
#include "workflow/base/error.h"

using namespace workflow;

namespace {

// Few rows of many features; the second row stands there twice.
struct FewRows {
  static constexpr std::size_t length = 60, count = 12;
  std::vector<float> values, others;
  Targets targets{.concepts = 3};

  FewRows() {
    std::mt19937_64 random(5);
    const auto number = [&] { return static_cast<float>(static_cast<double>(random() >> 11U) * 0x1p-52 - 1); };
    for (std::size_t i = 0; i < count * length; ++i) values.push_back(number());
    for (std::size_t i = 0; i < length; ++i) values[2 * length + i] = values[length + i];
    for (std::size_t i = 0; i < 5 * length; ++i) others.push_back(number());
    for (std::uint32_t i = 0; i < count; ++i) targets.rows.push_back({{i == 2 ? 1 : i % 3}, {}, true});
  }

  Rows rows() const { return {values, length, &targets}; }
};

double product(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

std::vector<float> outputs(const Layer& layer, const std::vector<float>& values, std::size_t length) {
  Targets targets{.concepts = layer.out};
  targets.rows.resize(values.size() / length);
  std::vector<std::uint32_t> all(targets.rows.size());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  return outputs_of({layer}, {values, length, &targets}, all, 1);
}

}  // namespace

TEST_CASE("In the space of few rows their products are what they were") {
  const FewRows few;
  const RowSpace space(few.rows(), 1);
  REQUIRE(space.size() == FewRows::count);
  const auto places = space.project(few.values), of_others = space.project(few.others);
  REQUIRE(places.size() == FewRows::count * FewRows::count);
  const auto full_row = [&](const auto& values, std::size_t i) {
    return std::span(values).subspan(i * FewRows::length, FewRows::length);
  };
  const auto reduced_row = [&](const auto& values, std::size_t i) {
    return std::span(values).subspan(i * FewRows::count, FewRows::count);
  };
  for (std::size_t i = 0; i < FewRows::count; ++i) {
    for (std::size_t k = 0; k < FewRows::count; ++k)
      CHECK(product(reduced_row(places, i), reduced_row(places, k)) ==
            Approx(product(full_row(few.values, i), full_row(few.values, k))).margin(1e-3));
    // What stands outside the space is at right angles to every row, so products with these stay too.
    for (std::size_t k = 0; k < 5; ++k)
      CHECK(product(reduced_row(places, i), reduced_row(of_others, k)) ==
            Approx(product(full_row(few.values, i), full_row(few.others, k))).margin(1e-3));
  }
}

TEST_CASE("A head found in the space of few rows is the one found in all their features") {
  const FewRows few;
  const RowSpace space(few.rows(), 1);
  const FitSettings settings{.epochs = 300, .l2 = 0.02};
  const auto long_way =
      fit_layers(starting_layers(std::vector<std::size_t>{FewRows::length, 3}, 1), few.rows(), {}, {}, settings);
  const auto places = space.project(few.values);
  const auto short_way = fit_layers(starting_layers(std::vector<std::size_t>{FewRows::count, 3}, 1),
                                    {places, FewRows::count, &few.targets}, {}, {}, settings);
  const Layer full = space.full(short_way.front());
  REQUIRE(full.in == FewRows::length);
  for (const auto* values : {&few.values, &few.others}) {
    const auto said = outputs(full, *values, FewRows::length), wanted = outputs(long_way.front(), *values, FewRows::length);
    REQUIRE(said.size() == wanted.size());
    for (std::size_t i = 0; i < said.size(); ++i) CHECK(said[i] == Approx(wanted[i]).margin(1e-2));
    const auto reduced = outputs(short_way.front(), space.project(*values), FewRows::count);
    for (std::size_t i = 0; i < said.size(); ++i) CHECK(said[i] == Approx(reduced[i]).margin(1e-4));
  }
}

TEST_CASE("No values have no place in the space, and a row that holds NaN is not trained on unnoticed") {
  FewRows few;
  CHECK(RowSpace(few.rows(), 1).project({}).empty());
  few.values[7] = std::nanf("");
  const auto places = RowSpace(few.rows(), 1).project(few.values);
  CHECK_THROWS_AS(fit_layers(starting_layers(std::vector<std::size_t>{FewRows::count, 3}, 1),
                             {places, FewRows::count, &few.targets}, {}, {}, {}),
                  Error);
}
