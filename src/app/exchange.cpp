#include "app/exchange.h"

#include <fmt/format.h>

#include "app/inputs.h"
#include "app/store.h"
#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "workflow/app/app.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

AnnotationRecord read_record(Database& db, const Query& row) {
  AnnotationRecord record{.annotation = annotation_of(db, row)};
  const std::int64_t id = record.annotation.id;
  record.moves = read_moves(db, id);
  record.submitted = record.moves.front().to;
  record.moves.erase(record.moves.begin());
  record.why = read_why(db, id);
  Query bands = db.query("SELECT w.bands FROM annotations a JOIN writers w ON w.id = a.writer WHERE a.id = ?", id);
  if (bands.next() && !bands.is_null(0)) record.bands = Json::parse(bands.text(0));
  return record;
}

using Write = void (*)(Database&, AtomicFile&);
using Read = void (*)(std::string_view, Restoring&);

std::pair<Write, Read> functions_of(Format format) {
  switch (format) {
    case Format::Coco: return {write_coco, read_coco};
    case Format::JsonLines: return {write_json_lines, read_json_lines};
    case Format::Csv: return {write_csv, read_csv};
  }
  throw Error(ErrorCode::InvalidSetting, "app", fmt::format("wanted a format, got the number {}", static_cast<int>(format)));
}

}  // namespace

void each_input(Database& db, const std::function<void(const InputRecord&)>& take) {
  Query inputs = db.query("SELECT name, width, height, metadata, id FROM inputs ORDER BY id");
  while (inputs.next()) {
    InputRecord record{.input = input_of(inputs)};
    Query annotations = db.query(std::string(select_annotations) + "WHERE a.input = ? ORDER BY a.id", inputs.integer(4));
    while (annotations.next()) record.annotations.push_back(read_record(db, annotations));
    take(record);
  }
}

bool Restoring::is_there(const Annotation& annotation) const {
  Query known = to_.db.query(
      "SELECT 1 FROM annotations a JOIN inputs i ON i.id = a.input WHERE a.id = ? AND i.name = ? AND a.path = ? AND a.created = ?",
      annotation.id, annotation.input_id, path_text(annotation.path), microseconds_of(annotation.created));
  return known.next();
}

void Restoring::add(const InputRecord& record) {
  const Input& input = record.input;
  // What is not told of an input that is there already stays as it is.
  if (input.width > 0 || input.height > 0 || !input.metadata.is_null())
    put_input(to_, input);
  else
    to_.input(input.id);
  for (AnnotationRecord it : record.annotations) {
    if (it.annotation.created == Time{}) it.annotation.created = it.annotation.modified = time_of(to_.now);
    check_annotation(it.annotation);
    const std::int64_t id = it.annotation.id;
    if (id > 0 && is_there(it.annotation)) continue;
    std::optional<std::int64_t> added;
    if (id > 0) added = restore_annotation(to_, it, id);
    if (!added) added = restore_annotation(to_, it, std::nullopt);  // the id is another's; or it is there after all
    added_ += added.has_value();
  }
}

void App::export_to(const std::string& file, Format format) const {
  const Write write = functions_of(format).first;
  AtomicFile out(file, "app");
  store().read([&](Database& db) { write(db, out); });
  out.commit();
}

std::size_t App::import_from(const std::string& file, Format format) const {
  const Read read = functions_of(format).second;
  const MappedFile mapped(file, "app");
  std::size_t added = 0;
  store().write([&](Writing& to) {
    Restoring into(to);
    try {
      read(mapped.text(), into);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::Unavailable) throw;
      throw Error(ErrorCode::Unreadable, "app", fmt::format("{}: {}", in_quotes(file), error.text()));
    }
    added = into.added();
  });
  return added;
}

}  // namespace workflow
