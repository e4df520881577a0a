#include "app/search.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "app/embedding_row.h"
#include "app/filter_sql.h"
#include "app/search_index.h"
#include "base/in_quotes.h"
#include "base/nearest.h"
#include "workflow/app/app.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr float same_place = 0.5f;  // boxes that overlap so much (IoU) are of one thing

[[noreturn]] void refuse(ErrorCode code, const std::string& text) { throw Error(code, "search", text); }

void check_query(const SearchQuery& query) {
  if (query.top == 0) refuse(ErrorCode::InvalidSetting, "top: wanted at least 1, got 0");
  if (!(query.at_least >= 0 && query.at_least <= 1)) refuse(ErrorCode::InvalidSetting, fmt::format("at_least: wanted 0..1, got {:g}", query.at_least));
}

std::string names_of(const std::vector<VectorModel>& models) {
  std::vector<std::string> names;
  for (const VectorModel& it : models) names.push_back(fmt::format("{} ({} numbers)", in_quotes(it.name), it.length));
  return fmt::format("{}", fmt::join(names, ", "));
}

// Whose vectors a question is about; none where the app has no vectors at all.
std::optional<VectorModel> model_for(Database& db, const SearchQuery& query, const std::string& preferred, std::size_t length) {
  const std::vector<VectorModel> all = vector_models(db);
  if (all.empty()) return std::nullopt;
  std::vector<VectorModel> fitting;
  for (const VectorModel& it : all) {
    if (!query.model.empty() ? it.name == query.model : it.length == length) fitting.push_back(it);
    if (query.model.empty() && it.length == length && it.name == preferred) return it;
  }
  if (fitting.empty() && !query.model.empty())
    refuse(ErrorCode::NotFound, fmt::format("the app has no vectors of {}, it has those of {}", in_quotes(query.model), names_of(all)));
  if (fitting.empty())
    refuse(ErrorCode::InvalidValue, fmt::format("wanted an embedding by {}, got one of {} numbers", names_of(all), length));
  if (fitting.size() > 1)
    refuse(ErrorCode::InvalidSetting, fmt::format("model: vectors of this length are by {}; name one of them", names_of(fitting)));
  if (fitting.front().length != length)
    refuse(ErrorCode::InvalidValue, fmt::format("wanted an embedding by {}, got one of {} numbers", names_of(fitting), length));
  return fitting.front();
}

std::optional<Box> box_of(const Query& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  const auto edge = [&](int at) { return static_cast<float>(row.number(column + at)); };
  return Box{edge(0), edge(1), edge(2), edge(3)};
}

// What an input's accepted annotations say; of a region those of the same place.
Concepts concepts_of(Database& db, std::int64_t input, const std::optional<Box>& region) {
  // The plus keeps SQLite from going through all annotations of the status.
  Query rows = db.query(R"(
      SELECT n.name, l.score, a."left", a."top", a."right", a."bottom" FROM annotations a
      JOIN labels l ON l.annotation = a.id AND l.of_model = 0 JOIN concepts n ON n.id = l.concept
      WHERE a.input = ?1 AND +a.status = ?2)",
                        input, static_cast<int>(Status::Success));
  std::map<std::string, float> best;
  while (rows.next()) {
    const std::optional<Box> place = box_of(rows, 2);
    if (region && !(place && iou(*region, *place) >= same_place)) continue;
    float& score = best[std::string(rows.text(0))];
    score = std::max(score, static_cast<float>(rows.number(1)));
  }
  std::vector<Concept> concepts;
  for (const auto& [name, score] : best) concepts.push_back({name, score});
  return Concepts(std::move(concepts));
}

/// Turns rows of the table of vectors into hits.
Hits hits_of(Database& db, const std::vector<Near>& near, const std::string& app, std::int64_t left_out, std::size_t top) {
  Hits hits;
  for (const auto& [id, score] : near) {
    if (hits.size() == top) break;
    Query row = db.query(R"(SELECT i.id, i.name, v.annotation, v."left", v."top", v."right", v."bottom"
                            FROM vectors v JOIN inputs i ON i.id = v.input WHERE v.id = ?)",
                         id);
    // The index may be of a later state than this transaction.
    if (!row.next() || row.integer(0) == left_out) continue;
    const std::optional<Box> region = box_of(row, 3);
    hits.list.push_back({.input_id = std::string(row.text(1)),
                         .score = score,
                         .concepts = concepts_of(db, row.integer(0), region),
                         .annotation = row.integer(2),
                         .region = region,
                         .app = app});
  }
  return hits;
}

std::vector<Hits> ranked(Store& store, Database& db, const SearchQuery& query, const VectorModel& model,
                         std::span<const Embedding* const> likes, std::int64_t left_out) {
  const SearchFilter filter = query.filter();
  std::vector<std::int64_t> ids;
  if (!filter.empty()) {
    const FilterSql sql(filter, 2);
    Query rows = db.query(fmt::format("SELECT v.id FROM vectors v WHERE v.model = ?1 AND v.input IN (SELECT i.id FROM inputs i WHERE {}) "
                                      "ORDER BY v.id",
                                      sql.condition()),
                          model.name);
    sql.bind(rows);
    while (rows.next()) ids.push_back(rows.integer(0));
  }
  VectorQuery how{.metric = query.metric, .top = query.top, .at_least = query.at_least};
  if (left_out != 0) {  // its own vectors are the nearest
    Query own = db.query("SELECT count(*) FROM vectors WHERE input = ?", left_out);
    own.next();
    how.top += static_cast<std::size_t>(own.integer(0));
  }
  if (!filter.empty()) how.among = ids;
  std::vector<Hits> answers;
  for (const auto& near : store.search().search(db, model, how, likes))
    answers.push_back(hits_of(db, near, store.folder(), left_out, query.top));
  return answers;
}

Hits filtered(Store& store, Database& db, const SearchQuery& query) {
  const FilterSql sql(query.filter(), 2);
  Query rows = db.query(fmt::format("SELECT i.id, i.name FROM inputs i WHERE {} ORDER BY i.name LIMIT ?1", sql.condition()),
                        static_cast<std::int64_t>(std::min<std::size_t>(query.top, 1'000'000'000)));
  sql.bind(rows);
  Hits hits;
  while (rows.next())
    hits.list.push_back({.input_id = std::string(rows.text(1)),
                         .score = 1,
                         .concepts = concepts_of(db, rows.integer(0), {}),
                         .app = store.folder()});
  return hits;
}

Hits like_input(Store& store, Database& db, const SearchQuery& query, const std::string& name) {
  Query known = db.query("SELECT id FROM inputs WHERE name = ?", name);
  if (!known.next()) refuse(ErrorCode::NotFound, fmt::format("there is no input {} in {}", in_quotes(name), in_quotes(store.folder())));
  const std::int64_t input = known.integer(0);
  const std::string preferred = query.model.empty() ? store.search().embedder().model : query.model;
  // The whole input's vector before those of its regions, the preferred model's before others'.
  Query rows = db.query(R"(SELECT vector, model FROM vectors WHERE input = ?1 AND (?3 OR model = ?2)
                           ORDER BY model = ?2 DESC, annotation, path, id)",
                        input, preferred, query.model.empty());
  if (!rows.next()) refuse(ErrorCode::NotFound, fmt::format("the input {} has no vector in {}", in_quotes(name), in_quotes(store.folder())));
  const Embedding like = embedding_of(rows, 0);
  const VectorModel model{std::string(rows.text(1)), like.values.size()};
  if (model.name != preferred)
    while (rows.next())
      if (rows.text(1) != model.name)
        refuse(ErrorCode::InvalidSetting, fmt::format("model: {} has vectors of {} and {}; name one", in_quotes(name), in_quotes(model.name),
                                                      in_quotes(rows.text(1))));
  const Embedding* likes[] = {&like};
  return ranked(store, db, query, model, likes, input).front();
}

Embedding embedded(const LikeEmbedder& embedder, const Like& like) {
  const Image* image = std::get_if<Image>(&like);
  if (image ? !embedder.image : !embedder.text)
    refuse(ErrorCode::InvalidSetting, fmt::format("like: wanted an embedder of {} to be set before; app.set_embedder(model) does so",
                                                  image ? "pictures" : "texts"));
  return image ? embedder.image(*image) : embedder.text(std::get<Text>(like));
}

std::string path_text(const std::vector<std::uint32_t>& path) { return fmt::format("{}", fmt::join(path, "/")); }

}  // namespace

std::vector<Hits> search_each(Store& store, const SearchQuery& query, std::span<const Embedding* const> likes) {
  check_query(query);
  if (likes.empty()) return {};
  for (const Embedding* like : likes) {
    check_numbers(like->values);
    if (like->values.size() != likes.front()->values.size())
      refuse(ErrorCode::InvalidValue, fmt::format("wanted embeddings of one length, got {} and {} numbers", likes.front()->values.size(),
                                                  like->values.size()));
  }
  const std::string preferred = store.search().embedder().model;
  return store.read([&](Database& db) {
    const auto model = model_for(db, query, preferred, likes.front()->values.size());
    return model ? ranked(store, db, query, *model, likes, 0) : std::vector<Hits>(likes.size());
  });
}

Hits App::search(const SearchQuery& query) const {
  check_query(query);
  Store& store = this->store();
  if (std::holds_alternative<std::monostate>(query.like)) return store.read([&](Database& db) { return filtered(store, db, query); });
  if (const auto* input = std::get_if<std::string>(&query.like))
    return store.read([&](Database& db) { return like_input(store, db, query, *input); });
  Embedding made;
  const auto* like = std::get_if<Embedding>(&query.like);
  SearchQuery ask = query;
  if (!like) {
    const LikeEmbedder embedder = store.search().embedder();
    made = embedded(embedder, query.like);
    like = &made;
    if (ask.model.empty()) ask.model = embedder.model;
  }
  const Embedding* likes[] = {like};
  return search_each(store, ask, likes).front();
}

void put_vector(Writing& to, const IndexEntry& entry, std::string_view run) {
  check_numbers(entry.embedding.values);
  if (entry.embedding.values.empty()) refuse(ErrorCode::InvalidValue, "wanted an embedding of numbers, got an empty one");
  const std::int64_t input = to.input(entry.input_id);
  const std::string path = path_text(entry.path);
  const std::span<const std::byte> bytes = std::as_bytes(std::span(entry.embedding.values));
  std::optional<Box> box = entry.region;
  if (Query known = to.db.query(R"(SELECT id, vector, "left", "top", "right", "bottom" FROM vectors
                                   WHERE input = ? AND annotation = ? AND model = ? AND path = ?)",
                                input, entry.annotation, entry.model, path);
      known.next()) {
    const auto there = known.bytes(1);
    if (std::equal(there.begin(), there.end(), bytes.begin(), bytes.end()) && box_of(known, 2) == box) return;
    to.db.change("DELETE FROM vectors WHERE id = ?", known.integer(0));
  }
  if (Query other = to.db.query("SELECT length(vector) FROM vectors WHERE model = ? LIMIT 1", entry.model);
      other.next() && static_cast<std::size_t>(other.integer(0)) != bytes.size())
    refuse(ErrorCode::InvalidValue, fmt::format("wanted {} numbers, as the vectors of {} have, got {}; name another model",
                                                static_cast<std::size_t>(other.integer(0)) / sizeof(float), in_quotes(entry.model),
                                                entry.embedding.values.size()));
  const auto edge = [&](float Box::*side) { return box ? std::optional((*box).*side) : std::nullopt; };
  const std::int64_t run_id = run.empty() ? 0 : to.run(run);  // a row's id is never 0
  to.db.change(R"(INSERT INTO vectors (input, annotation, model, path, "left", "top", "right", "bottom", run, vector)
                  VALUES (?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?))",
               input, entry.annotation, entry.model, path, edge(&Box::left), edge(&Box::top), edge(&Box::right), edge(&Box::bottom), run_id,
               bytes);
}

void App::index(std::span<const IndexEntry> entries) const {
  for (const IndexEntry& entry : entries)
    if (entry.input_id.empty()) refuse(ErrorCode::InvalidValue, "wanted an input's id, got an empty one");
  store().write([&](Writing& to) {
    for (const IndexEntry& entry : entries) put_vector(to, entry, {});
  });
}

std::size_t App::remove_from_index(const std::string& input_id) const {
  std::size_t removed = 0;
  store().write([&](Writing& to) {
    removed = static_cast<std::size_t>(to.db.change("DELETE FROM vectors WHERE input = (SELECT id FROM inputs WHERE name = ?)", input_id));
  });
  return removed;
}

void App::rebuild_index() const {
  Store& store = this->store();
  store.read([&](Database& db) { store.search().rebuild(db); });
}

std::vector<IndexReport> App::index_report() const {
  Store& store = this->store();
  return store.read([&](Database& db) { return store.search().report(db); });
}

void App::set_embedder(LikeEmbedder embedder) const { store().search().set_embedder(std::move(embedder)); }

}  // namespace workflow
