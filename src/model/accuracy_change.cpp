#include "workflow/model/accuracy_change.h"

#include <fmt/format.h>

#include "workflow/base/error.h"

namespace workflow {
namespace {

double accuracy(const Classifier& classifier, std::span<const Image> pictures, std::span<const std::string> truths) {
  if (pictures.empty()) return 0;
  const auto found = classifier.classify(pictures);
  std::size_t right = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i) right += found[i].top().name == truths[i] ? 1 : 0;
  return static_cast<double>(right) / static_cast<double>(pictures.size());
}

}  // namespace

AccuracyChange accuracy_change(const Classifier& before, const Classifier& after, std::span<const Image> pictures,
                               std::span<const std::string> truths) {
  if (pictures.size() != truths.size())
    throw Error(ErrorCode::InvalidValue, "accuracy_change",
                fmt::format("wanted a right concept for each of {} pictures, got {}", pictures.size(), truths.size()));
  return {accuracy(before, pictures, truths), accuracy(after, pictures, truths), pictures.size()};
}

std::string AccuracyChange::text() const {
  return fmt::format("right for {:.1f} % of {} pictures before, {:.1f} % after", 100 * before, pictures, 100 * after);
}

}  // namespace workflow
