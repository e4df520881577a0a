#include "app/writing.h"

#include "workflow/base/error.h"

namespace workflow {
namespace {

// Inputs and runs come and go, so what is remembered of them is bounded.
constexpr std::size_t most_remembered = 10'000;

template <class Ids, class Name, class Find>
std::int64_t remembered(Ids& ids, const Name& name, const Find& find) {
  if (const auto found = ids.find(name); found != ids.end()) return found->second;
  const std::int64_t id = find();
  if (ids.size() >= most_remembered) ids.clear();
  ids.emplace(name, id);
  return id;
}

}  // namespace

std::int64_t Writing::input(std::string_view name, PictureSize size) {
  return remembered(inputs_, name, [&] {
    if (Query known = db.query("SELECT id FROM inputs WHERE name = ?", name); known.next()) {
      const std::int64_t id = known.integer(0);
      if (size.width > 0) db.change("UPDATE inputs SET width = ?, height = ? WHERE id = ? AND width = 0", size.width, size.height, id);
      return id;
    }
    db.change("INSERT INTO inputs (name, width, height, created) VALUES (?, ?, ?, ?)", name, size.width, size.height, now);
    return db.last_id();
  });
}

std::int64_t Writing::concept_id(std::string_view name) {
  return remembered(concepts_, name, [&] {
    if (Query known = db.query("SELECT id FROM concepts WHERE name = ?", name); known.next()) return known.integer(0);
    db.change("INSERT INTO concepts (name) VALUES (?)", name);
    return db.last_id();
  });
}

std::int64_t Writing::run(std::string_view name) {
  return remembered(runs_, name, [&] {
    if (Query known = db.query("SELECT id FROM runs WHERE name = ?", name); known.next()) return known.integer(0);
    db.change("INSERT INTO runs (name, started) VALUES (?, ?)", name, now);
    return db.last_id();
  });
}

std::int64_t Writing::writer(const WriterKey& key, std::string_view model, const Json& bands) {
  return remembered(writers_, key, [&] {
    if (Query known = db.query("SELECT id FROM writers WHERE graph = ? AND version = ? AND step = ?", key.graph, key.version, key.step);
        known.next())
      return known.integer(0);
    std::optional<std::string> text;
    if (!bands.is_null()) text = bands.dump();
    db.change("INSERT INTO writers (graph, version, step, model, bands) VALUES (?, ?, ?, ?, ?)", key.graph, key.version, key.step, model,
              text);
    return db.last_id();
  });
}

void Writing::forget() {
  inputs_.clear();
  concepts_.clear();
  runs_.clear();
  writers_.clear();
}

}  // namespace workflow
