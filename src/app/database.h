#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace workflow {

class Database;

/// A statement that runs: its rows one after the other. Gives the statement back to its database when it goes.
class Query {
 public:
  Query(Database& database, std::string_view sql);
  ~Query();
  Query(Query&& other) noexcept;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// Steps to the next row; false at the end.
  bool next();

  std::int64_t integer(int column) const;
  double number(int column) const;
  std::string_view text(int column) const;  ///< valid until the next step; "" for null
  std::span<const std::byte> bytes(int column) const;  ///< the same
  bool is_null(int column) const;

  /// Binds the parameters, from the first on.
  template <class... Values>
  Query& bind(const Values&... values) {
    int at = 0;
    (bind_at(++at, values), ...);
    return *this;
  }

  /// Binds one parameter, counted from 1, of a statement that was put together.
  void bind_at(int at, std::nullptr_t);
  void bind_at(int at, std::int64_t value);
  void bind_at(int at, int value) { bind_at(at, std::int64_t{value}); }
  void bind_at(int at, std::uint32_t value) { bind_at(at, std::int64_t{value}); }
  void bind_at(int at, bool value) { bind_at(at, std::int64_t{value}); }
  void bind_at(int at, double value);
  void bind_at(int at, float value) { bind_at(at, static_cast<double>(value)); }
  void bind_at(int at, std::string_view value);
  void bind_at(int at, const std::string& value) { bind_at(at, std::string_view(value)); }
  void bind_at(int at, const char* value) { bind_at(at, std::string_view(value)); }
  void bind_at(int at, std::span<const std::byte> value);
  template <class T>
  void bind_at(int at, const std::optional<T>& value) {
    value ? bind_at(at, *value) : bind_at(at, nullptr);
  }

 private:
  Database* database_;
  sqlite3_stmt** idle_;  // where the database keeps it between uses
  sqlite3_stmt* statement_;
};

/// One connection to an app's SQLite file. For one thread at a time. Every call throws Error, one line that tells the
/// cause: Unavailable for a file that is locked or read-only and for a full disk, Unreadable for a broken one.
class Database {
 public:
  enum class Access { Write, Read };

  /// `wait` is how long a call waits for others' locks. Access::Write makes the file where there is none.
  Database(std::string file, Access access, std::chrono::milliseconds wait);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Statements without parameters and results, several if need be.
  void run(const std::string& sql);

  /// A statement, prepared once for this connection.
  template <class... Values>
  Query query(std::string_view sql, const Values&... values) {
    Query query(*this, sql);
    query.bind(values...);
    return query;
  }

  /// Runs a statement that changes something; gives how many rows it changed.
  template <class... Values>
  std::int64_t change(std::string_view sql, const Values&... values) {
    Query query(*this, sql);
    query.bind(values...);
    while (query.next()) {
    }
    return changes();
  }

  std::int64_t changes() const;
  std::int64_t last_id() const;      ///< of the row that was inserted last
  bool in_transaction() const;
  const std::string& file() const { return file_; }

  /// Throws what SQLite's last answer on this connection means.
  [[noreturn]] void fail(int code) const;

 private:
  friend class Query;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  sqlite3_stmt* prepare(std::string_view sql);

  std::string file_;
  std::chrono::milliseconds wait_;
  sqlite3* handle_ = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*, Hash, std::equal_to<>> idle_;  // prepared; null while it runs
};

}  // namespace workflow
