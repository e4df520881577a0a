#include "train/head_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::string_view place = "Trainer";

[[noreturn]] void refuse(const std::string& text) { throw Error(ErrorCode::InvalidValue, place, text); }

// The first few names of a list, for a note.
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t most = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
    text += fmt::format("{}{}", i > 0 ? ", " : "", in_quotes(names[i]));
  return names.size() > most ? text + fmt::format(" and {} more", names.size() - most) : text;
}

struct Counts {
  std::size_t positive = 0;
  std::size_t negative = 0;
};

// How often each concept of a data set is shown, and not shown, by the inputs that could be read.
std::vector<Counts> counts_of(const Dataset& dataset, const EmbeddedInputs& embedded, std::size_t enriched,
                              const HeadOptions& options) {
  std::vector<Counts> counts(dataset.concepts().size());
  std::size_t said_something = 0;
  for (const std::uint32_t at : embedded.places) {
    for (const std::uint32_t each : dataset.positive(at)) ++counts[each].positive;
    for (const std::uint32_t each : dataset.negative(at)) ++counts[each].negative;
    said_something += dataset.positive(at).empty() ? 0 : 1;
  }
  // What is said of one concept only is said of the others too.
  const bool fills_up = options.exclusive || options.unsaid_is_negative;
  for (Counts& each : counts) each.negative += enriched + (fills_up ? said_something - each.positive : 0);
  return counts;
}

std::vector<std::string> learnable(const Dataset& dataset, const std::vector<Counts>& counts, const HeadOptions& options,
                                   std::vector<std::string>& notes) {
  std::vector<std::string> kept, without_positive, without_negative;
  for (std::size_t each = 0; each < counts.size(); ++each) {
    const std::string& name = dataset.concepts()[each];
    if (counts[each].positive == 0)
      without_positive.push_back(name);
    else if (counts[each].negative == 0)
      without_negative.push_back(name);
    else
      kept.push_back(name);
  }
  if (kept.empty() || (options.exclusive && kept.size() < 2)) {
    const std::string there = kept.empty() && without_negative.empty()
                                  ? "none"
                                  : fmt::format("only {}", some_of(kept.empty() ? without_negative : kept));
    refuse(fmt::format("wanted examples of at least two concepts to tell apart, got {}; add other pictures or texts{}",
                       there, options.exclusive ? "" : ", or enrich"));
  }
  if (!without_positive.empty())
    notes.push_back(fmt::format("{} concepts have no example to learn from and are left out: {}", without_positive.size(),
                                some_of(without_positive)));
  if (!without_negative.empty())
    notes.push_back(fmt::format("{} concepts have no example that does not show them and are left out: {}",
                                without_negative.size(), some_of(without_negative)));
  return kept;
}

// Rows that say something of the concepts, with their targets.
HeadRows rows_of(const Dataset& dataset, EmbeddedInputs embedded, const TargetRules& rules, const std::string& part,
                 std::vector<std::string>& notes) {
  HeadRows rows;
  rows.targets.concepts = rules.concepts.size();
  rows.targets.exclusive = rules.exclusive;
  const TargetMaker target_of(dataset, rules);
  std::size_t silent = 0, kept = 0;
  for (std::size_t i = 0; i < embedded.places.size(); ++i) {
    Targets::Row row = target_of(embedded.places[i]);
    // Of exclusive concepts one must be there, so an input that shows none of them tells nothing.
    if (says_nothing(row) || (rules.exclusive && row.positive.empty() && row.negative.size() == rules.concepts.size())) {
      ++silent;
      continue;
    }
    if (kept != i)
      std::copy_n(embedded.values.begin() + static_cast<std::ptrdiff_t>(i * embedded.length), embedded.length,
                  embedded.values.begin() + static_cast<std::ptrdiff_t>(kept * embedded.length));
    ++kept;
    rows.targets.rows.push_back(std::move(row));
    rows.places.push_back(embedded.places[i]);
    rows.hashes.push_back(embedded.hashes[i]);
  }
  embedded.values.resize(kept * embedded.length);
  rows.values = std::move(embedded.values);
  if (silent > 0) notes.push_back(fmt::format("{} inputs {} say nothing of the concepts and are left out", silent, part));
  return rows;
}

// The same content under two labels, or in both parts, makes figures better or worse than they are.
void note_duplicates(const Dataset& train, const Dataset& held_out, HeadData& data) {
  std::map<ContentHash, std::size_t> trained;
  std::size_t again = 0, contradictory = 0;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < data.train.places.size(); ++i) {
    const auto [found, is_new] = trained.emplace(data.train.hashes[i], i);
    if (is_new) continue;
    ++again;
    if (data.train.targets.rows[i].positive == data.train.targets.rows[found->second].positive) continue;
    ++contradictory;
    names.push_back(train[data.train.places[i]].id);
  }
  if (again > 0) data.notes.push_back(fmt::format("{} inputs to train on are there twice or more", again));
  if (contradictory > 0)
    data.notes.push_back(fmt::format("{} of these bear other labels than the first: {}", contradictory, some_of(names)));
  names.clear();
  for (std::size_t i = 0; i < data.held_out.places.size(); ++i)
    if (trained.contains(data.held_out.hashes[i])) names.push_back(held_out[data.held_out.places[i]].id);
  if (!names.empty())
    data.notes.push_back(fmt::format("{} held-out inputs are among those trained on too, so the figures flatter: {}",
                                     names.size(), some_of(names)));
}

void note_missing_concepts(const Dataset& held_out, HeadData& data) {
  std::vector<bool> is_shown(data.concepts.size());
  for (const Targets::Row& row : data.held_out.targets.rows)
    for (const std::uint32_t each : row.positive) is_shown[each] = true;
  std::vector<std::string> missing;
  for (std::size_t each = 0; each < is_shown.size(); ++each)
    if (!is_shown[each]) missing.push_back(data.concepts[each]);
  if (!missing.empty())
    data.notes.push_back(fmt::format("no held-out input shows {} of the concepts, which have no figures: {}", missing.size(),
                                     some_of(missing)));
  const std::set<std::string> known(data.concepts.begin(), data.concepts.end());
  std::vector<std::string> strange;
  for (const std::string& name : held_out.concepts())
    if (!known.contains(name)) strange.push_back(name);
  if (!strange.empty())
    data.notes.push_back(
        fmt::format("the held-out part names {} concepts that were not learnt; inputs that show them count as mistakes: {}",
                    strange.size(), some_of(strange)));
}

}  // namespace

HeadData head_data(const Embedder& trunk, const Dataset& train, const Dataset& held_out, const HeadOptions& options) {
  if (train.empty()) refuse("wanted inputs to train on, got an empty data set");
  HeadData data;
  const auto take_in = [&](const Dataset& dataset) {
    EmbeddedInputs embedded = embed_inputs(trunk, dataset, options);
    data.length = embedded.length;
    data.computed += embedded.computed;
    data.embedded += embedded.places.size();
    data.seconds += embedded.seconds;
    data.faults.insert(data.faults.end(), embedded.faults.begin(), embedded.faults.end());
    return embedded;
  };
  data.faults = train.faults();
  EmbeddedInputs trained = take_in(train);
  EmbeddedInputs enriched;
  if (!options.enrich.empty()) enriched = take_in(options.enrich);
  data.concepts = learnable(train, counts_of(train, trained, enriched.places.size(), options), options, data.notes);
  const TargetRules rules{options.exclusive, options.unsaid_is_negative, data.concepts};
  data.train = rows_of(train, std::move(trained), rules, "to train on", data.notes);
  data.train.values.insert(data.train.values.end(), enriched.values.begin(), enriched.values.end());
  data.train.targets.rows.resize(data.train.targets.rows.size() + enriched.places.size(), Targets::Row{{}, {}, true});
  if (!held_out.empty()) {
    data.held_out = rows_of(held_out, take_in(held_out), rules, "held out", data.notes);
    note_missing_concepts(held_out, data);
  }
  note_duplicates(train, held_out, data);
  return data;
}

}  // namespace workflow
