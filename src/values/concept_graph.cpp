#include "workflow/values/concept_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

using Names = std::map<std::string, std::set<std::string>, std::less<>>;

template <class... Parts>
[[noreturn]] void refuse(fmt::format_string<Parts...> text, Parts&&... parts) {
  throw Error(ErrorCode::InvalidValue, "concept graph", fmt::format(text, std::forward<Parts>(parts)...));
}

void check_name(const std::string& name) {
  if (name.empty()) refuse("wanted a concept's name, got an empty one");
}

// A cycle of hundreds is told by its ends.
std::string as_cycle(const std::vector<std::string>& names) {
  constexpr std::size_t most = 8;
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names.size() > most && i == most / 2) {
      text += fmt::format("({} more) -> ", names.size() - most);
      i += names.size() - most;
    }
    text += fmt::format("{} -> ", in_quotes(names[i]));
  }
  return text + in_quotes(names.front());
}

void link(Names& from, const std::string& a, Names& to, const std::string& b) {
  from[a].insert(b);
  to[b].insert(a);
}

void unlink(Names& from, const std::string& a, Names& to, const std::string& b) {
  const auto drop = [](Names& names, const std::string& key, const std::string& value) {
    const auto found = names.find(key);
    found->second.erase(value);
    if (found->second.empty()) names.erase(found);
  };
  drop(from, a, b);
  drop(to, b, a);
}

std::vector<std::string> next_to(const Names& names, const std::string& name) {
  const auto found = names.find(name);
  return found == names.end() ? std::vector<std::string>() : std::vector<std::string>(found->second.begin(), found->second.end());
}

// Everything that can be reached, nearest first, and from where each was; `start` itself is left out.
std::vector<std::string> reached(const Names& names, const std::string& start, bool transitive, std::map<std::string, std::string>* from = nullptr) {
  std::vector<std::string> found;
  std::set<std::string> seen = {start};
  std::deque<std::string> open = {start};
  while (!open.empty()) {
    const std::string at = std::move(open.front());
    open.pop_front();
    for (std::string& name : next_to(names, at)) {
      if (!seen.insert(name).second) continue;
      if (from) from->emplace(name, at);
      found.push_back(name);
      if (transitive) open.push_back(std::move(name));
    }
  }
  return found;
}

const std::vector<Json::Member>& members_of(const Json& json, std::string_view of) {
  static const std::vector<Json::Member> none;
  const Json* found = json.find(of);
  if (!found) return none;
  if (!found->is_object()) refuse("{}: wanted an object, got {}", of, found->type_name());
  return found->members();
}

const std::string& name_in(const Json& json, std::string_view of, const std::string& key) {
  if (!json.is_string()) refuse("{} of {}: wanted a concept's name, got {}", of, in_quotes(key), json.type_name());
  return json.string();
}

// Follows chains of synonyms to their ends, so that each leads straight to the one said.
void resolve(std::map<std::string, std::string>& said_as) {
  std::set<std::string> resolved;
  for (const auto& [start, to] : said_as) {
    std::vector<std::string> way;
    std::set<std::string> seen;
    std::string at = start;
    for (auto next = said_as.find(at); next != said_as.end() && !resolved.contains(at); next = said_as.find(at)) {
      if (!seen.insert(at).second) refuse("synonyms go in a circle at {}; of synonyms, one is said", in_quotes(at));
      way.push_back(at);
      at = next->second;
    }
    const auto last = said_as.find(at);
    const std::string root = last == said_as.end() ? at : last->second;
    for (const std::string& word : way) said_as[word] = root;
    resolved.insert(way.begin(), way.end());
  }
}

}  // namespace

void ConceptGraph::synonym(const std::string& from, const std::string& to) {
  check_name(from);
  check_name(to);
  const std::string root = said(to);
  if (root == said(from)) {
    if (from == root) refuse("{} and {} would each be said as the other; of synonyms, one is said", in_quotes(from), in_quotes(to));
    return;
  }
  if (const auto other = said_.find(from); other != said_.end())
    refuse("{} is said as {} already, so it can't be said as {}; make one of these two a synonym of the other", in_quotes(from),
           in_quotes(other->second), in_quotes(root));
  for (const auto& [thing, kind] : {std::pair(from, root), std::pair(root, from)}) {
    const auto above = reached(kinds_, thing, true);
    if (std::find(above.begin(), above.end(), kind) != above.end())
      refuse("{} is one of {}, so the two can't be synonyms", in_quotes(thing), in_quotes(kind));
  }

  for (const std::string& word : next_to(words_, from)) {
    said_[word] = root;
    words_[root].insert(word);
  }
  words_.erase(from);
  said_[from] = root;
  words_[root].insert(from);
  // What was known of a word that is said no more is known of the one that is said.
  for (const std::string& kind : next_to(kinds_, from)) {
    unlink(kinds_, from, things_, kind);
    link(kinds_, root, things_, kind);
  }
  for (const std::string& thing : next_to(things_, from)) {
    unlink(kinds_, thing, things_, from);
    link(kinds_, thing, things_, root);
  }
}

void ConceptGraph::hypernym(const std::string& thing, const std::string& kind) {
  check_name(thing);
  check_name(kind);
  const std::string from = said(thing);
  const std::string to = said(kind);
  std::map<std::string, std::string> came_from;
  reached(kinds_, to, true, &came_from);
  if (from == to || came_from.contains(from)) {
    std::vector<std::string> cycle;
    for (std::string at = from; at != to; at = came_from.at(at)) cycle.push_back(at);
    cycle.push_back(to);
    // Gathered against the arrows; told along them, from the new one on.
    std::reverse(cycle.begin(), cycle.end());
    std::rotate(cycle.begin(), cycle.end() - 1, cycle.end());
    refuse("hypernyms go in a circle: {}", as_cycle(cycle));
  }
  add_kind(from, to);
}

void ConceptGraph::add_kind(const std::string& thing, const std::string& kind) { link(kinds_, thing, things_, kind); }

bool ConceptGraph::knows(std::string_view name) const {
  return said_.contains(name) || words_.contains(name) || kinds_.contains(name) || things_.contains(name);
}

std::string ConceptGraph::said(std::string_view name) const {
  const auto found = said_.find(name);
  return found == said_.end() ? std::string(name) : found->second;
}

std::vector<std::string> ConceptGraph::synonyms(std::string_view name) const {
  const std::string root = said(name);
  std::vector<std::string> all = next_to(words_, root);
  all.push_back(root);
  std::erase(all, name);
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<std::string> ConceptGraph::hypernyms(std::string_view name, bool transitive) const {
  return reached(kinds_, said(name), transitive);
}

std::vector<std::string> ConceptGraph::hyponyms(std::string_view name, bool transitive) const {
  return reached(things_, said(name), transitive);
}

ConceptCoverage ConceptGraph::coverage(const std::vector<std::string>& labels) const {
  ConceptCoverage coverage;
  std::set<std::string> reached_by_labels;
  for (const std::string& label : labels) {
    if (!knows(label)) {
      coverage.unmapped.push_back(label);
      continue;
    }
    const std::string root = said(label);
    coverage.mapped.emplace_back(label, root);
    if (!reached_by_labels.insert(root).second) continue;
    for (std::string& kind : hypernyms(root)) reached_by_labels.insert(std::move(kind));
  }
  std::set<std::string> concepts;
  for (const Names* names : {&words_, &kinds_, &things_})
    for (const auto& [name, others] : *names) concepts.insert(name);
  std::set_difference(concepts.begin(), concepts.end(), reached_by_labels.begin(), reached_by_labels.end(),
                      std::back_inserter(coverage.unreached));
  return coverage;
}

std::string ConceptCoverage::to_string() const {
  std::string text = fmt::format("{} of {} labels are mapped\n", mapped.size(), mapped.size() + unmapped.size());
  for (const std::string& label : unmapped) text += fmt::format("unmapped: {}\n", label);
  for (const std::string& name : unreached) text += fmt::format("unreached: {}\n", name);
  return text;
}

Json ConceptGraph::to_json() const {
  Json synonyms = Json::object();
  for (const auto& [from, to] : said_) synonyms[from] = to;
  Json hypernyms = Json::object();
  for (const auto& [thing, kinds] : kinds_) {
    Json list = Json::array();
    for (const std::string& kind : kinds) list.push_back(kind);
    hypernyms[thing] = std::move(list);
  }
  return Json::object({{"synonyms", std::move(synonyms)}, {"hypernyms", std::move(hypernyms)}});
}

ConceptGraph ConceptGraph::from_json(const Json& json) {
  ConceptGraph graph;
  if (json.is_null()) return graph;
  if (!json.is_object()) refuse("wanted an object with synonyms and hypernyms, got {}", json.type_name());
  for (const auto& [name, value] : json.members())
    if (name != "synonyms" && name != "hypernyms") refuse("wanted synonyms and hypernyms, got {}", in_quotes(name));
  std::map<std::string, std::string> said_as;
  for (const auto& [from, to] : members_of(json, "synonyms")) said_as[from] = name_in(to, "synonyms", from);
  resolve(said_as);
  for (const auto& [from, to] : said_as) graph.synonym(from, to);
  // Cycles are looked for once, at the end: asking for each edge would be quadratic in a long chain.
  for (const auto& [thing, kinds] : members_of(json, "hypernyms")) {
    check_name(thing);
    if (!kinds.is_array()) refuse("hypernyms of {}: wanted a list of names, got {}", in_quotes(thing), kinds.type_name());
    for (const Json& kind : kinds.items()) {
      check_name(name_in(kind, "hypernyms", thing));
      graph.add_kind(graph.said(thing), graph.said(kind.string()));
    }
  }
  graph.check_kinds();
  return graph;
}

void ConceptGraph::check_kinds() const {
  // Takes away, again and again, what has no hypernym left; what then remains leads into a cycle.
  std::map<std::string, std::size_t> left;
  std::deque<std::string> done;
  for (const auto& [thing, kinds] : kinds_)
    left[thing] = kinds.size();
  for (const auto& [kind, things] : things_)
    if (!left.contains(kind)) done.push_back(kind);
  while (!done.empty()) {
    for (const std::string& thing : next_to(things_, done.front())) {
      if (--left[thing] > 0) continue;
      left.erase(thing);
      done.push_back(thing);
    }
    done.pop_front();
  }
  if (left.empty()) return;
  std::vector<std::string> way = {left.begin()->first};
  std::map<std::string, std::size_t> seen = {{way.front(), 0}};
  for (;;) {
    const auto& kinds = kinds_.find(way.back())->second;
    const std::string& next = *std::find_if(kinds.begin(), kinds.end(), [&](const std::string& it) { return left.contains(it); });
    const auto [found, is_new] = seen.emplace(next, way.size());
    if (!is_new) refuse("hypernyms go in a circle: {}", as_cycle({way.begin() + static_cast<std::ptrdiff_t>(found->second), way.end()}));
    way.push_back(next);
  }
}

}  // namespace workflow
