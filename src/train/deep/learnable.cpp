#include "train/deep/learnable.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/in_quotes.h"
#include "train/targets.h"
#include "workflow/base/error.h"

namespace workflow {

std::vector<std::size_t> counts_of(const Dataset& dataset, std::span<const std::uint32_t> places,
                                   const std::vector<std::string>& concepts) {
  std::map<std::string, std::size_t> counts;
  for (const std::uint32_t place : places)
    for (const std::uint32_t each : dataset.positive(place)) ++counts[dataset.concepts()[each]];
  std::vector<std::size_t> list;
  for (const std::string& name : concepts) list.push_back(counts[name]);
  return list;
}

std::vector<std::string> learnable(const Dataset& dataset, std::size_t least, std::vector<std::string>& notes) {
  std::vector<bool> is_shown(dataset.concepts().size());
  for (std::size_t i = 0; i < dataset.size(); ++i)
    for (const std::uint32_t each : dataset.positive(i)) is_shown[each] = true;
  std::vector<std::string> kept, left_out;
  for (std::size_t each = 0; each < is_shown.size(); ++each)
    (is_shown[each] ? kept : left_out).push_back(dataset.concepts()[each]);
  if (kept.size() < least)
    throw Error(ErrorCode::InvalidValue, "Trainer",
                fmt::format("wanted examples of at least {} concept{}, got {}; add other pictures or texts", least,
                            least == 1 ? "" : "s to tell apart", kept.empty() ? "none" : "only " + in_quotes(kept.front())));
  if (!left_out.empty())
    notes.push_back(fmt::format("{} concepts have no example to learn from and are left out: {}{}", left_out.size(),
                                in_quotes(left_out.front()), left_out.size() > 1 ? " and others" : ""));
  return kept;
}

std::vector<std::uint32_t> telling_places(const Dataset& dataset, const std::vector<std::string>& concepts, bool exclusive,
                                          bool unsaid_is_negative) {
  const TargetMaker target_of(dataset, {exclusive, unsaid_is_negative, concepts});
  std::vector<std::uint32_t> places;
  for (std::uint32_t i = 0; i < dataset.size(); ++i) {
    const Targets::Row row = target_of(i);
    const bool is_none = row.positive.empty() && (row.rest_is_negative || row.negative.size() == concepts.size());
    if (!says_nothing(row) && !(exclusive && is_none)) places.push_back(i);
  }
  return places;
}

void check_takes(const Dataset& dataset, bool texts, const std::string& model) {
  if (!dataset.empty() && dataset.has_texts() != texts)
    throw Error(ErrorCode::TypeMismatch, "Trainer",
                fmt::format("wanted a data set of {}, as {} takes, got one of {}", texts ? "texts" : "pictures", model,
                            texts ? "pictures" : "texts"));
}

}  // namespace workflow
