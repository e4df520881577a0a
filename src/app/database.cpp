#include "app/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "workflow/base/error.h"

namespace workflow {
namespace {

/// What went wrong, and what to do about it.
struct Cause {
  ErrorCode code;
  std::string text;
};

// Of a write that failed, the system knows better than SQLite why.
Cause cause_of_failed_io(int system_error) {
  switch (system_error) {
    case ENOSPC:
    case EDQUOT: return {ErrorCode::Unavailable, "the disk is full; make room, then go on"};
    case EFBIG: return {ErrorCode::Unavailable, "the file may not grow further (a limit of this process or file system); raise it"};
    case EROFS:
    case EACCES:
    case EPERM: return {ErrorCode::Unavailable, "it may not be written; give this process the right to write to the file and its folder"};
    default: break;
  }
  return {ErrorCode::Failed, fmt::format("reading or writing it failed: {}",
                                         system_error ? std::generic_category().message(system_error) : "the system does not say why")};
}

Cause cause_of(sqlite3* handle, int code, std::chrono::milliseconds wait) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::Unavailable,
              fmt::format("it is locked by somebody else, for more than {:g} s; let them finish, or wait longer (AppOptions::wait)",
                          std::chrono::duration<double>(wait).count())};
    case SQLITE_READONLY:
      return {ErrorCode::Unavailable, "it is read-only; give this process the right to write to the file and its folder"};
    case SQLITE_FULL: return {ErrorCode::Unavailable, "the disk is full; make room, then go on"};
    case SQLITE_NOTADB: return {ErrorCode::Unreadable, "it is no SQLite file, or its beginning is destroyed; restore it from a copy"};
    case SQLITE_CORRUPT: return {ErrorCode::Unreadable, "it is broken or was cut short; restore it from a copy"};
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: return cause_of_failed_io(sqlite3_system_errno(handle));
    case SQLITE_NOMEM: return {ErrorCode::Failed, "there is not enough memory"};
    default: break;
  }
  return {ErrorCode::Failed, handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code)};
}

}  // namespace

Query::Query(Database& database, std::string_view sql) : database_(&database) {
  auto found = database.idle_.find(sql);
  if (found == database.idle_.end()) found = database.idle_.emplace(std::string(sql), nullptr).first;
  idle_ = &found->second;
  statement_ = *idle_ ? std::exchange(*idle_, nullptr) : database.prepare(sql);
}

Query::Query(Query&& other) noexcept
    : database_(other.database_), idle_(other.idle_), statement_(std::exchange(other.statement_, nullptr)) {}

Query::~Query() {
  if (!statement_) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  if (*idle_)
    sqlite3_finalize(statement_);  // it ran twice at once
  else
    *idle_ = statement_;
}

bool Query::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_->fail(code);
  return false;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Query::number(int column) const { return sqlite3_column_double(statement_, column); }
bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::string_view Query::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return text ? std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))) : std::string_view();
}

std::span<const std::byte> Query::bytes(int column) const {
  const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Query::bind_at(int at, std::nullptr_t) {
  if (const int code = sqlite3_bind_null(statement_, at)) database_->fail(code);
}
void Query::bind_at(int at, std::int64_t value) {
  if (const int code = sqlite3_bind_int64(statement_, at, value)) database_->fail(code);
}
void Query::bind_at(int at, double value) {
  if (const int code = sqlite3_bind_double(statement_, at, value)) database_->fail(code);
}
void Query::bind_at(int at, std::string_view value) {
  // An empty view may point nowhere, which SQLite would take for null.
  if (const int code = sqlite3_bind_text64(statement_, at, value.empty() ? "" : value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8))
    database_->fail(code);
}
void Query::bind_at(int at, std::span<const std::byte> value) {
  const int code = value.empty() ? sqlite3_bind_zeroblob(statement_, at, 0)
                                 : sqlite3_bind_blob64(statement_, at, value.data(), value.size(), SQLITE_TRANSIENT);
  if (code) database_->fail(code);
}

Database::Database(std::string file, Access access, std::chrono::milliseconds wait) : file_(std::move(file)), wait_(wait) {
  // Readers open for writing, too: only so can they bring a log that a killed process left into order.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (access == Access::Write ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(file_.c_str(), &handle_, flags, nullptr);
  try {
    if (code != SQLITE_OK) fail(code);
    if (sqlite3_db_readonly(handle_, "main") == 1) fail(SQLITE_READONLY);  // SQLite opens it so where it may not be written
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, static_cast<int>(wait.count()));
    if (access == Access::Read) run("PRAGMA query_only = ON");
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

Database::~Database() {
  for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

void Database::run(const std::string& sql) {
  if (const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr)) fail(code);
}

std::int64_t Database::changes() const { return sqlite3_changes(handle_); }
std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(handle_); }
bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

void Database::fail(int code) const {
  const Cause cause = cause_of(handle_, code, wait_);
  throw Error(cause.code, "app", fmt::format("\"{}\": {}", file_, cause.text));
}

sqlite3_stmt* Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code) fail(code);
  return statement;
}

}  // namespace workflow
