#include "app/store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "app/schema.h"
#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_jobs_at_once = 64;   // of one transaction, so that the first of them does not wait for many
constexpr std::size_t most_idle_readers = 8;

void make_folder(const std::string& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (!fs::is_directory(folder))
    throw Error(ErrorCode::Unavailable, "app",
                fmt::format("{}: cannot make the folder: {}", in_quotes(folder), problem ? problem.message() : "a file has its name"));
}

std::int64_t microseconds_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

}  // namespace

std::shared_ptr<Store> Store::open(const std::string& folder, const AppOptions& options, bool make) {
  if (folder.empty()) throw Error(ErrorCode::InvalidSetting, "app", "wanted a folder, got an empty name");
  if (options.wait.count() < 0 || options.wait.count() > 3'600'000)
    throw Error(ErrorCode::InvalidSetting, "app", fmt::format("wait: wanted 0..3,600,000 ms, got {}", options.wait.count()));
  if (make)
    make_folder(folder);
  else if (std::error_code ignored; !fs::exists(app_file(folder), ignored))
    throw Error(ErrorCode::NotFound, "app", fmt::format("{}: there is no app in this folder; make one with App::open()", in_quotes(folder)));

  static std::mutex mutex;
  static std::map<std::pair<int, std::string>, std::weak_ptr<Store>> all;  // by process, as a forked one may not share them
  std::error_code problem;
  const fs::path whole = fs::canonical(folder, problem);
  const std::lock_guard lock(mutex);
  std::erase_if(all, [](const auto& each) { return each.second.expired(); });
  auto& known = all[{::getpid(), problem ? folder : whole.string()}];
  auto store = known.lock();
  if (!store) known = store = std::make_shared<Store>(folder, options);
  return store;
}

Store::Store(std::string folder, const AppOptions& options)
    : folder_(std::move(folder)),
      file_(app_file(folder_)),
      options_(options),
      process_(::getpid()),
      writer_(open_app_file(file_, options)),
      writing_(*writer_),
      search_(folder_) {}

void Store::check_process() const {
  if (process_ == ::getpid()) return;
  throw Error(ErrorCode::Failed, "app", fmt::format("\"{}\": it was opened before a fork; open it again in the new process", file_));
}

void Store::write(const Work& work) {
  check_process();
  Job job{&work};
  std::unique_lock lock(mutex_);
  queue_.push_back(&job);
  changed_.wait(lock, [&] { return job.done || queue_.front() == &job; });
  if (!job.done) {
    const std::size_t count = std::min(queue_.size(), most_jobs_at_once);
    const std::vector<Job*> jobs(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    lock.unlock();
    commit(jobs);
    lock.lock();
    for (Job* each : jobs) each->done = true;
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    changed_.notify_all();
  }
  if (job.error) std::rethrow_exception(job.error);
}

void Store::commit(const std::vector<Job*>& jobs) {
  try {
    writer_->run("BEGIN IMMEDIATE");
    writing_.now = microseconds_now();
    for (Job* job : jobs) run_alone(*job);
    writer_->run("COMMIT");
  } catch (...) {
    const auto error = std::current_exception();
    writing_.forget();
    try {
      if (writer_->in_transaction()) writer_->run("ROLLBACK");
    } catch (...) {
      // The transaction is gone either way; the first error tells the cause.
    }
    for (Job* job : jobs)
      if (!job->error) job->error = error;
  }
}

// What one job did is taken back without the others'. Some faults (a full disk) end the whole transaction.
void Store::run_alone(Job& job) {
  writer_->run("SAVEPOINT job");
  try {
    (*job.work)(writing_);
  } catch (...) {
    writing_.forget();
    if (!writer_->in_transaction()) throw;
    job.error = std::current_exception();
    writer_->run("ROLLBACK TO job");
  }
  writer_->run("RELEASE job");
}

Store::Reader::Reader(const Store& of) : store(of) {
  store.check_process();
  {
    const std::lock_guard lock(store.readers_mutex_);
    if (!store.idle_readers_.empty()) {
      database = std::move(store.idle_readers_.back());
      store.idle_readers_.pop_back();
    }
  }
  if (!database) database = std::make_unique<Database>(store.file_, Database::Access::Read, store.options_.wait);
  database->run("BEGIN");
}

Store::Reader::~Reader() {
  try {
    database->run("ROLLBACK");
  } catch (...) {
    return;  // a connection that cannot end its transaction is not used again
  }
  const std::lock_guard lock(store.readers_mutex_);
  if (store.idle_readers_.size() < most_idle_readers) store.idle_readers_.push_back(std::move(database));
}

}  // namespace workflow
