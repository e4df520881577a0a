#include "operators/event_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "workflow/base/error.h"

namespace workflow {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

// The database speaks for an app; here it is an outbox that tells its cause.
template <class Work>
auto told(Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const Error& error) {
    throw Error(error.code(), "outbox", error.text());
  }
}

// A transaction that is taken back unless it comes to its end.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) { database_.run("BEGIN IMMEDIATE"); }
  ~Transaction() {
    if (!database_.in_transaction()) return;
    try {
      database_.run("ROLLBACK");
    } catch (const Error&) {
      // SQLite took it back itself.
    }
  }
  void commit() { database_.run("COMMIT"); }

 private:
  Database& database_;
};

constexpr std::int64_t application_id = 0x776b6f62;  // "wkob"

}  // namespace

EventStore::EventStore(const std::string& file)
    : database_(told([&] { return Database(file, Database::Access::Write, std::chrono::seconds(10)); })) {
  told([&] {
    database_.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    Transaction transaction(database_);
    const std::int64_t id = [&] {
      auto row = database_.query("PRAGMA application_id");
      return row.next() ? row.integer(0) : 0;
    }();
    const bool is_new = id == 0;
    if (!is_new && id != application_id)
      throw Error(ErrorCode::Unreadable, "outbox",
                  fmt::format("\"{}\": it is another program's database; choose another file", file));
    if (is_new)
      database_.run(fmt::format(R"sql(
CREATE TABLE events (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  body TEXT NOT NULL,            -- emptied once it is delivered
  attempts INTEGER NOT NULL DEFAULT 0,
  due REAL NOT NULL DEFAULT 0,   -- not to be tried before
  delivered REAL,                -- null: it waits
  error TEXT NOT NULL DEFAULT '',
  tried REAL NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX events_waiting ON events (number) WHERE delivered IS NULL;
CREATE INDEX events_delivered ON events (delivered) WHERE delivered IS NOT NULL;
PRAGMA application_id = {})sql",
                                application_id));
    transaction.commit();
  });
}

void EventStore::add(std::span<const Row> rows, std::size_t most) {
  told([&] {
    Transaction transaction(database_);
    std::int64_t added = 0;
    for (const Row& row : rows)
      added += database_.change("INSERT INTO events (id, name, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING", row.id,
                                row.name, row.body);
    if (added > 0 && waiting() > most)
      throw Error(ErrorCode::Unavailable, "outbox",
                  fmt::format("\"{}\": {} events wait already, and no more are taken; see why they are not delivered",
                              database_.file(), most));
    transaction.commit();
  });
}

std::vector<EventStore::Due> EventStore::due(std::size_t count) {
  return told([&] {
    std::vector<Due> due;
    auto rows = database_.query(
        "SELECT number, id, name, body, attempts FROM events WHERE delivered IS NULL AND due <= ? ORDER BY number LIMIT ?",
        now(), static_cast<std::int64_t>(count));
    while (rows.next())
      due.push_back({rows.integer(0),
                     {.id = std::string(rows.text(1)),
                      .name = std::string(rows.text(2)),
                      .body = Json::parse(rows.text(3)),
                      .attempt = static_cast<int>(rows.integer(4)) + 1}});
    return due;
  });
}

void EventStore::delivered(std::span<const std::int64_t> numbers) {
  told([&] {
    Transaction transaction(database_);
    for (const std::int64_t number : numbers)
      database_.change("UPDATE events SET delivered = ?, body = '', error = '', tried = ? WHERE number = ?", now(), now(),
                       number);
    transaction.commit();
  });
}

void EventStore::failed(std::int64_t number, double wait, const std::string& why) {
  told([&] {
    database_.change("UPDATE events SET attempts = attempts + 1, due = ?, error = ?, tried = ? WHERE number = ?",
                     now() + wait, why, now(), number);
  });
}

double EventStore::next_in(double otherwise) {
  return told([&] {
    auto row = database_.query("SELECT min(due) FROM events WHERE delivered IS NULL");
    if (!row.next() || row.is_null(0)) return otherwise;
    return std::clamp(row.number(0) - now(), 0.0, otherwise);
  });
}

std::size_t EventStore::waiting() {
  return told([&] {
    auto row = database_.query("SELECT count(*) FROM events WHERE delivered IS NULL");
    row.next();
    return static_cast<std::size_t>(row.integer(0));
  });
}

std::string EventStore::last_error() {
  return told([&] {
    auto row = database_.query("SELECT error FROM events WHERE tried > 0 ORDER BY tried DESC LIMIT 1");
    return row.next() ? std::string(row.text(0)) : std::string();
  });
}

void EventStore::forget(double days) {
  told([&] { database_.change("DELETE FROM events WHERE delivered IS NOT NULL AND delivered < ?", now() - days * 86'400); });
}

}  // namespace workflow
