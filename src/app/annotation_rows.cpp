#include "app/annotation_rows.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "app/doubt.h"
#include "app/record_json.h"
#include "base/in_quotes.h"
#include "values/scores.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

[[noreturn]] void refuse(std::string_view text) { throw Error(ErrorCode::InvalidValue, "annotation", text); }

Json json_of(const Query& row, int column) { return row.is_null(column) ? Json() : Json::parse(row.text(column)); }

struct Row {
  const AnnotationRecord& record;
  std::int64_t input;
  std::optional<std::int64_t> id;
  std::int64_t created;
  std::int64_t modified;
};

std::optional<std::int64_t> insert(Writing& to, const Row& row) {
  const Annotation& it = row.record.annotation;
  const Concepts& by_model = it.model_concepts ? *it.model_concepts : it.concepts;
  Query query = to.db.query(
      R"(INSERT INTO annotations (input, path, status, submitted, "by", task, corrected, revision, created, modified, edge, margin,
                                  id, writer, run, "left", "top", "right", "bottom", frame, seconds, info, reviewed_by, why)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING)");
  query.bind(row.input, path_text(it.path), static_cast<int>(it.status), static_cast<int>(row.record.submitted), it.by, it.task,
             it.model_concepts.has_value(), it.revision, row.created, row.modified, distance_to_edge(by_model, row.record.bands),
             margin_of(by_model));
  // What is not bound is null.
  if (row.id) query.bind_at(13, *row.id);
  if (!it.graph.empty()) query.bind_at(14, to.writer({it.graph, it.graph_version, it.step}, it.model, row.record.bands));
  if (!it.run.empty()) query.bind_at(15, to.run(it.run));
  if (it.region) {
    query.bind_at(16, it.region->left);
    query.bind_at(17, it.region->top);
    query.bind_at(18, it.region->right);
    query.bind_at(19, it.region->bottom);
  }
  if (it.moment) {
    query.bind_at(20, it.moment->frame);
    query.bind_at(21, it.moment->seconds);
  }
  if (!it.info.is_null()) query.bind_at(22, it.info.dump());
  if (!it.reviewed_by.empty()) query.bind_at(23, it.reviewed_by);
  if (!row.record.why.empty()) query.bind_at(24, why_to_json(row.record.why).dump());
  query.next();
  if (to.db.changes() == 0) return std::nullopt;
  const std::int64_t id = to.db.last_id();
  add_labels(to, id, it.concepts, false);
  if (it.model_concepts) add_labels(to, id, *it.model_concepts, true);
  return id;
}

}  // namespace

void check_concepts(const Concepts& concepts) {
  for (const Concept& it : concepts) {
    check_score(it, "annotation");
    if (it.name.empty()) refuse("wanted a concept's name, got an empty one");
  }
}

void check_annotation(const Annotation& annotation) {
  static_cast<void>(word_of(annotation.status));
  if (annotation.input_id.empty()) refuse("input_id: wanted the input that it is about, got an empty name");
  if (annotation.by.empty()) refuse("by: wanted the model or person who says it, got nobody");
  check_concepts(annotation.concepts);
  if (annotation.model_concepts) check_concepts(*annotation.model_concepts);
  if (const auto& box = annotation.region)
    for (const float edge : {box->left, box->top, box->right, box->bottom})
      if (!std::isfinite(edge)) refuse(fmt::format("region: wanted edges in shares of the picture, got {:g}", edge));
}

std::optional<std::int64_t> submit_annotation(Writing& to, const AnnotationRecord& record, PictureSize size) {
  return insert(to, {record, to.input(record.annotation.input_id, size), std::nullopt, to.now, to.now});
}

std::optional<std::int64_t> restore_annotation(Writing& to, const AnnotationRecord& record, std::optional<std::int64_t> id) {
  const Annotation& it = record.annotation;
  const auto added = insert(to, {record, to.input(it.input_id), id, microseconds_of(it.created), microseconds_of(it.modified)});
  if (!added) return added;
  for (const Move& move : record.moves)
    to.db.change(R"(INSERT INTO moves (annotation, at, "by", what, "from", "to", note) VALUES (?, ?, ?, ?, ?, ?, ?))", *added,
                 microseconds_of(move.at), move.by, move.what, static_cast<int>(move.from.value_or(move.to)), static_cast<int>(move.to),
                 move.note);
  return added;
}

void add_labels(Writing& to, std::int64_t annotation, const Concepts& concepts, bool of_model) {
  // Of a concept that stands there twice, the first has the higher score.
  for (const Concept& it : concepts)
    to.db.change("INSERT OR IGNORE INTO labels (annotation, of_model, concept, score) VALUES (?, ?, ?, ?)", annotation, of_model,
                 to.concept_id(it.name), it.score);
}

const std::string_view select_annotations =
    R"(SELECT a.id, i.name, a.path, a."left", a."top", a."right", a."bottom", a.frame, a.seconds, a.status, a."by", a.reviewed_by, r.name,
              a.task, a.info, w.graph, w.version, w.step, w.model, a.revision, a.created, a.modified, a.corrected
       FROM annotations a JOIN inputs i ON i.id = a.input LEFT JOIN writers w ON w.id = a.writer LEFT JOIN runs r ON r.id = a.run )";

Annotation annotation_of(Database& db, const Query& row) {
  Annotation it;
  it.id = row.integer(0);
  it.input_id = row.text(1);
  it.path = path_of_text(row.text(2));
  const auto edge = [&](int column) { return static_cast<float>(row.number(column)); };
  if (!row.is_null(3)) it.region = Box{edge(3), edge(4), edge(5), edge(6)};
  if (!row.is_null(7)) it.moment = Moment{row.integer(7), row.number(8)};
  it.status = status_of_code(row.integer(9));
  it.by = row.text(10);
  it.reviewed_by = row.text(11);
  it.run = row.text(12);
  it.task = row.text(13);
  it.info = json_of(row, 14);
  it.graph = row.text(15);
  it.graph_version = row.text(16);
  it.step = row.text(17);
  it.model = row.text(18);
  it.revision = row.integer(19);
  it.created = time_of(row.integer(20));
  it.modified = time_of(row.integer(21));

  std::vector<Concept> labels[2];
  Query query = db.query("SELECT l.of_model, c.name, l.score FROM labels l JOIN concepts c ON c.id = l.concept WHERE l.annotation = ?", it.id);
  while (query.next()) labels[query.integer(0) != 0].push_back({std::string(query.text(1)), static_cast<float>(query.number(2))});
  it.concepts = Concepts(std::move(labels[0]));
  if (row.integer(22) != 0) it.model_concepts = Concepts(std::move(labels[1]));
  return it;
}

Annotation read_annotation(Database& db, std::int64_t id) {
  Query query = db.query(std::string(select_annotations) + "WHERE a.id = ?", id);
  if (query.next()) return annotation_of(db, query);
  throw Error(ErrorCode::NotFound, "app", fmt::format("there is no annotation {} in {}, or no longer", id, in_quotes(db.file())));
}

std::vector<Move> read_moves(Database& db, std::int64_t id) {
  std::vector<Move> moves;
  Query first = db.query(R"(SELECT created, "by", submitted FROM annotations WHERE id = ?)", id);
  if (first.next())
    moves.push_back({.at = time_of(first.integer(0)), .by = std::string(first.text(1)), .what = "submit", .to = status_of_code(first.integer(2))});
  Query query = db.query(R"(SELECT at, "by", what, "from", "to", note FROM moves WHERE annotation = ? ORDER BY id)", id);
  while (query.next())
    moves.push_back({.at = time_of(query.integer(0)),
                     .by = std::string(query.text(1)),
                     .what = std::string(query.text(2)),
                     .from = status_of_code(query.integer(3)),
                     .to = status_of_code(query.integer(4)),
                     .note = std::string(query.text(5))});
  return moves;
}

std::vector<Reason> read_why(Database& db, std::int64_t id) {
  Query query = db.query("SELECT why FROM annotations WHERE id = ? AND why IS NOT NULL", id);
  return query.next() ? why_from_json(json_of(query, 0)) : std::vector<Reason>();
}

std::string path_text(const std::vector<std::uint32_t>& path) { return fmt::format("{}", fmt::join(path, "/")); }

std::vector<std::uint32_t> path_of_text(std::string_view text) {
  std::vector<std::uint32_t> path;
  for (const char* at = text.data(), *end = text.data() + text.size(); at != end;) {
    std::uint32_t place = 0;
    const auto [after, fault] = std::from_chars(at, end, place);
    if (fault != std::errc() || (after != end && (*after != '/' || after + 1 == end)))
      throw Error(ErrorCode::Unreadable, "annotation", fmt::format("path: wanted places as in \"2/0\", got {}", in_quotes(text)));
    path.push_back(place);
    at = after == end ? end : after + 1;
  }
  return path;
}

Status status_of_code(std::int64_t code) {
  const auto status = static_cast<Status>(code);
  static_cast<void>(word_of(status));
  return status;
}

}  // namespace workflow
