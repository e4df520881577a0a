#include "workflow/values/embedding.h"

#include <fmt/format.h>

#include <cmath>

#include "workflow/base/error.h"

namespace workflow {
namespace {

void check_lengths(const Embedding& a, const Embedding& b, std::string_view place) {
  if (a.values.size() != b.values.size())
    throw Error(ErrorCode::InvalidValue, place,
                fmt::format("wanted embeddings of one length, got {} and {} numbers", a.values.size(), b.values.size()));
}

}  // namespace

float cosine(const Embedding& a, const Embedding& b) {
  check_lengths(a, b, "cosine");
  double dot = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    dot += static_cast<double>(a.values[i]) * b.values[i];
    aa += static_cast<double>(a.values[i]) * a.values[i];
    bb += static_cast<double>(b.values[i]) * b.values[i];
  }
  return aa > 0 && bb > 0 ? static_cast<float>(dot / std::sqrt(aa * bb)) : 0.0f;
}

float distance(const Embedding& a, const Embedding& b) {
  check_lengths(a, b, "distance");
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double apart = static_cast<double>(a.values[i]) - b.values[i];
    sum += apart * apart;
  }
  return static_cast<float>(std::sqrt(sum));
}

}  // namespace workflow
