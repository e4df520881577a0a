#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <vector>

#include "app/database.h"
#include "app/search_index.h"
#include "app/writing.h"
#include "workflow/app/app.h"

namespace workflow {

/// The file behind an app: one writer, many readers. Thread-safe.
/// @code
///   store.write([&](Writing& to) { to.db.change("UPDATE inputs SET metadata = ? WHERE id = ?", text, to.input("a.jpg")); });
///   const auto names = store.read([](Database& db) { ... });
/// @endcode
class Store {
 public:
  using Work = std::function<void(Writing&)>;

  /// The folder's store; the same one for as long as this process has it open. `make` says whether a missing one is made.
  static std::shared_ptr<Store> open(const std::string& folder, const AppOptions& options, bool make);

  /// Of a fresh file, without asking who has it open already; open() is what everybody calls.
  Store(std::string folder, const AppOptions& options);

  const std::string& folder() const { return folder_; }
  SearchIndex& search() const { return search_; }

  /// Does `work` in one transaction: all of it is kept, or, where it throws, nothing. Comes back once it is kept, as
  /// AppOptions::synchronous says. What several threads ask for at once goes into one transaction, so that they share one
  /// wait for the disk (group commit): the first of them is the writer for all. `work` must not call write() or read().
  void write(const Work& work);

  /// Asks on a reader's connection, which sees one state of the file throughout.
  template <class Ask>
  auto read(Ask&& ask) const {
    const Reader reader(*this);
    return ask(*reader.database);
  }

 private:
  struct Job {
    const Work* work;
    std::exception_ptr error = {};
    bool done = false;
  };

  /// A connection taken from the idle ones, or a new one, for as long as this lives.
  struct Reader {
    explicit Reader(const Store& store);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    const Store& store;
    std::unique_ptr<Database> database;
  };

  void check_process() const;
  void commit(const std::vector<Job*>& jobs);
  void run_alone(Job& job);

  std::string folder_;
  std::string file_;
  AppOptions options_;
  int process_;
  std::unique_ptr<Database> writer_;  // with writing_, used by the thread whose job is the queue's first
  Writing writing_;

  std::mutex mutex_;  // guards the queue and its jobs
  std::condition_variable changed_;
  std::deque<Job*> queue_;

  mutable SearchIndex search_;

  mutable std::mutex readers_mutex_;
  mutable std::vector<std::unique_ptr<Database>> idle_readers_;
};

}  // namespace workflow
