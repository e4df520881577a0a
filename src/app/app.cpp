#include "workflow/app/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "app/annotation_rows.h"
#include "app/store.h"
#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {

App App::open(const std::string& folder, const AppOptions& options) { return App(Store::open(folder, options, true)); }

std::string App::folder() const { return store_ ? store_->folder() : ""; }

Store& App::store() const {
  if (!store_) throw Error(ErrorCode::InvalidSetting, "app", "wanted an app, got none; give it App::open(folder)");
  return *store_;
}

std::size_t App::count(Status status) const {
  return store().read([&](Database& db) {
    Query query = db.query("SELECT count(*) FROM annotations WHERE status = ?", static_cast<int>(status));
    query.next();
    return static_cast<std::size_t>(query.integer(0));
  });
}

Annotation App::annotation(std::int64_t id) const {
  return store().read([&](Database& db) { return read_annotation(db, id); });
}

std::vector<Annotation> App::annotations(const AnnotationQuery& query) const {
  std::string sql(select_annotations);
  sql += "WHERE a.id > ?1";
  if (query.input_id) sql += " AND i.name = ?2";
  // Of one input there are few: the plus keeps SQLite from going through all annotations of the status.
  if (query.status) sql += query.input_id ? " AND +a.status = ?3" : " AND a.status = ?3";
  if (query.concept_name)
    sql += " AND a.id IN (SELECT annotation FROM labels WHERE of_model = 0 AND concept = (SELECT id FROM concepts WHERE name = ?4))";
  if (query.run) sql += " AND r.name = ?5";
  if (query.task) sql += " AND a.task = ?6";
  if (query.reviewed) sql += *query.reviewed ? " AND a.reviewed_by IS NOT NULL" : " AND a.reviewed_by IS NULL";
  sql += " ORDER BY a.id LIMIT ?7";
  const int status = static_cast<int>(query.status.value_or(Status::Success));  // bound in vain where none is asked for
  constexpr std::size_t all = std::numeric_limits<std::int64_t>::max();
  return store().read([&](Database& db) {
    Query rows = db.query(sql, query.after, query.input_id, status, query.concept_name, query.run, query.task,
                          static_cast<std::int64_t>(std::min(query.most, all)));
    std::vector<Annotation> found;
    while (rows.next()) found.push_back(annotation_of(db, rows));
    return found;
  });
}

Annotation App::submit(const Annotation& annotation) const {
  check_annotation(annotation);
  AnnotationRecord record{.annotation = annotation, .submitted = annotation.status};
  // A step's annotations are the graph's to write, and a decision a reviewer's.
  record.annotation.graph.clear();
  record.annotation.reviewed_by.clear();
  record.annotation.model_concepts.reset();
  record.annotation.revision = 0;
  Annotation written;
  store().write([&](Writing& to) { written = read_annotation(to.db, submit_annotation(to, record, {}).value()); });
  return written;
}

std::vector<Move> App::moves(std::int64_t id) const {
  return store().read([&](Database& db) { return read_moves(db, read_annotation(db, id).id); });
}

std::vector<Reason> App::why(std::int64_t id) const {
  return store().read([&](Database& db) { return read_why(db, read_annotation(db, id).id); });
}

Undone App::undo(const std::string& run) const {
  Undone undone;
  store().write([&](Writing& to) {
    Query known = to.db.query("SELECT id FROM runs WHERE name = ?", run);
    if (!known.next())
      throw Error(ErrorCode::NotFound, "app", fmt::format("no run {} wrote to {}", in_quotes(run), in_quotes(folder())));
    const std::int64_t id = known.integer(0);
    undone.taken_back = static_cast<std::size_t>(to.db.change(
        R"(DELETE FROM annotations WHERE run = ? AND reviewed_by IS NULL
           AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.annotation = annotations.id))",
        id));
    to.db.change("DELETE FROM vectors WHERE run = ?", id);
    Query left = to.db.query("SELECT count(*) FROM annotations WHERE run = ?", id);
    left.next();
    undone.kept = static_cast<std::size_t>(left.integer(0));
    to.db.change("UPDATE runs SET undone = ? WHERE id = ?", to.now, id);
  });
  return undone;
}

Review App::review(const ReviewOptions& options) const {
  static_cast<void>(store());
  return Review(store_, options);
}

namespace {

class AppOutlet final : public Outlet {
 public:
  explicit AppOutlet(std::shared_ptr<Store> store) : store_(std::move(store)) {}

  void commit(std::span<const std::vector<std::any>> effects) override {
    store_->write([&](Writing& to) {
      for (const std::vector<std::any>& of_input : effects)
        for (const std::any& effect : of_input) std::any_cast<const AppEffect&>(effect)(to);
    });
  }

  const void* place() const override { return store_.get(); }

 private:
  std::shared_ptr<Store> store_;
};

}  // namespace

std::shared_ptr<Outlet> App::outlet() const {
  static_cast<void>(store());
  return std::make_shared<AppOutlet>(store_);
}

Json App::to_json() const { return store_ ? Json(store_->folder()) : Json(); }

App App::from_json(const Json& json) {
  if (json.is_null()) return {};
  if (!json.is_string())
    throw Error(ErrorCode::InvalidSetting, "app", "wanted the folder of an app, got " + std::string(json.type_name()));
  return App(Store::open(json.string(), {}, false));
}

}  // namespace workflow
