#include "workflow/operators/outbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "base/http.h"
#include "base/sip_hash.h"
#include "operators/delivery_turn.h"
#include "operators/effect_json.h"
#include "operators/event_store.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

[[noreturn]] void refuse(std::string_view text) { throw Error(ErrorCode::InvalidSetting, "outbox", text); }

void check_options(const OutboxOptions& options) {
  const auto between = [](std::string_view name, double value, double low, double high) {
    if (!(value >= low && value <= high)) refuse(fmt::format("{}: wanted {:g}..{:g}, got {:g}", name, low, high, value));
  };
  between("first_wait", options.first_wait, 0.001, 86'400);
  between("longest_wait", options.longest_wait, options.first_wait, 1e9);
  between("timeout", options.timeout, 0.001, 3600);
  between("remember", options.remember, 0.001, 1e6);
  if (options.most < 1) refuse("most: wanted at least 1, got 0");
  if (!options.hook.empty() && options.receive) refuse("wanted a hook or a receiver, got both");
  if (!options.hook.empty() && !options.hook.starts_with("http://") && !options.hook.starts_with("https://"))
    refuse(fmt::format("hook: wanted an http or https URL, got {}", Json(options.hook).dump()));
}

// The same event has the same id whoever makes it, and whenever.
std::string id_of(std::string_view event, const EffectContext& context) {
  const std::string key = fmt::format("{}|{}", event, detail::effect_key(context));
  return fmt::format("{:016x}{:016x}", sip_hash(key, 1, 2), sip_hash(key, 3, 4));
}

}  // namespace

/// An open outbox: its file, and the thread that delivers.
class Outbox::Keeper final : public Outlet {
 public:
  Keeper(std::string file, OutboxOptions options)
      : file_(std::move(file)), options_(std::move(options)), store_(file_), turn_(file_) {
    if (!options_.hook.empty() || options_.receive) thread_ = std::thread([this] { deliver(); });
  }
  ~Keeper() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  const std::string& file() const { return file_; }
  const OutboxOptions& options() const { return options_; }

  void commit(std::span<const std::vector<std::any>> effects) override {
    std::vector<EventStore::Row> rows;
    for (const auto& of_input : effects)
      for (const std::any& effect : of_input) rows.push_back(std::any_cast<const EventStore::Row&>(effect));
    {
      const std::lock_guard lock(mutex_);
      store_.add(rows, options_.most);
      is_new_ = true;
    }
    changed_.notify_all();
  }

  std::size_t waiting() {
    const std::lock_guard lock(mutex_);
    return store_.waiting();
  }
  std::string last_error() {
    const std::lock_guard lock(mutex_);
    if (!store_error_.empty()) return store_error_;
    return store_.last_error();
  }

  bool wait(double seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(std::clamp(seconds, 0.0, 1e7));
    std::unique_lock lock(mutex_);
    // Another process may deliver, of which nobody tells us.
    while (store_.waiting() > 0) {
      const auto now = std::chrono::steady_clock::now();
      if (now >= end) return false;
      changed_.wait_for(lock, std::min<std::chrono::duration<double>>(end - now, std::chrono::milliseconds(200)));
    }
    return true;
  }

 private:
  static constexpr std::size_t at_once = 64;

  void deliver() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      double pause = longest_pause;
      bool is_resting = true;
      try {
        is_new_ = false;
        const bool ours = turn_.is_ours();
        const auto due = ours ? store_.due(at_once) : std::vector<EventStore::Due>();
        if (due.empty()) {
          if (ours) store_.forget(options_.remember);
          pause = ours ? store_.next_in(longest_pause) : longest_pause;
          is_resting = false;
        } else {
          lock.unlock();
          const Outcome outcome = hand_over(due);
          lock.lock();
          settle(outcome);
          // Who takes nothing is left in peace for a moment; one event that is not taken holds up no other.
          failures_in_row_ = outcome.taken.empty() ? failures_in_row_ + 1 : 0;
          is_resting = failures_in_row_ > 0;
          pause = is_resting ? std::min(wait_after(failures_in_row_), longest_pause) : 0;
        }
        store_error_.clear();
      } catch (const std::exception& error) {
        if (!lock.owns_lock()) lock.lock();
        store_error_ = error.what();  // a full disk, say: try again, and tell who asks
      }
      changed_.notify_all();
      if (pause > 0)
        changed_.wait_for(lock, std::chrono::duration<double>(std::max(pause, 0.001)),
                          [&] { return stopping_ || (is_new_ && !is_resting); });
    }
  }

  struct Outcome {
    std::vector<std::int64_t> taken;
    struct Failed {
      std::int64_t number;
      int attempt;
      std::string why;
    };
    std::vector<Failed> failed;
  };

  Outcome hand_over(const std::vector<EventStore::Due>& due) {
    Outcome outcome;
    for (const EventStore::Due& each : due) {
      if (is_stopping() || !outcome.failed.empty()) break;  // who does not answer once is not asked 63 times more
      try {
        send(each.event);
        outcome.taken.push_back(each.number);
      } catch (const std::exception& error) {
        outcome.failed.push_back({each.number, each.event.attempt, error.what()});
      } catch (...) {
        outcome.failed.push_back(
            {each.number, each.event.attempt, "the receiver threw something that is no std::exception"});
      }
    }
    return outcome;
  }

  void settle(const Outcome& outcome) {
    if (!outcome.taken.empty()) store_.delivered(outcome.taken);
    for (const auto& each : outcome.failed) store_.failed(each.number, wait_after(each.attempt), each.why);
  }

  double wait_after(int attempt) const {
    return std::min(options_.longest_wait, options_.first_wait * std::pow(2.0, std::min(attempt - 1, 60)));
  }

  void send(const Event& event) const {
    if (options_.receive) return options_.receive(event);
    const Json body =
        Json::object({{"id", event.id}, {"event", event.name}, {"attempt", event.attempt}, {"body", event.body}});
    const HttpReply reply =
        http_post(options_.hook, body.dump(), "application/json",
                  {.connect_seconds = options_.timeout, .stall_seconds = options_.timeout, .seconds = options_.timeout});
    if (reply.status < 200 || reply.status > 299)
      throw Error(ErrorCode::Unavailable, "outbox",
                  fmt::format("{}: wanted an answer of 200..299, got {}", Json(options_.hook).dump(), reply.status));
  }

  bool is_stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  static constexpr double longest_pause = 2;  // how soon it is seen what other processes committed, or that one of them died

  std::string file_;
  OutboxOptions options_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  EventStore store_;
  DeliveryTurn turn_;
  bool stopping_ = false;
  bool is_new_ = false;
  int failures_in_row_ = 0;  ///< times that a batch was taken no event of
  std::string store_error_;

  std::thread thread_;
};

namespace {

// What this process has open, by file.
struct OpenOutboxes {
  std::mutex mutex;
  std::map<std::string, std::weak_ptr<void>> by_file;
};
OpenOutboxes& open_outboxes() {
  static OpenOutboxes all;
  return all;
}

std::string whole_path(const std::string& file) {
  std::error_code problem;
  const auto path = std::filesystem::weakly_canonical(std::filesystem::absolute(file), problem);
  return problem ? file : path.string();
}

}  // namespace

Outbox Outbox::open(const std::string& file, OutboxOptions options) {
  if (file.empty()) refuse("wanted the name of a file, got an empty one");
  check_options(options);
  const std::filesystem::path folder = std::filesystem::path(whole_path(file)).parent_path();
  std::error_code ignored;  // opening the file tells why it fails
  std::filesystem::create_directories(folder, ignored);
  auto keeper = std::make_shared<Keeper>(whole_path(file), std::move(options));
  const std::lock_guard lock(open_outboxes().mutex);
  open_outboxes().by_file[keeper->file()] = keeper;
  return Outbox(std::move(keeper));
}

Outbox::Keeper& Outbox::keeper() const {
  if (!keeper_) refuse("wanted one that is open, got none; say Outbox::open(file, ...)");
  return *keeper_;
}

std::string Outbox::file() const { return keeper_ ? keeper_->file() : std::string(); }
std::size_t Outbox::waiting() const { return keeper().waiting(); }
std::string Outbox::last_error() const { return keeper().last_error(); }
bool Outbox::wait(double seconds) const { return keeper().wait(seconds); }
std::shared_ptr<Outlet> Outbox::outlet() const { return keeper_; }

Json Outbox::to_json() const {
  if (!keeper_) return Json();
  return Json::object({{"file", keeper_->file()}, {"hook", keeper_->options().hook}});
}

Outbox Outbox::from_json(const Json& json) {
  if (json.is_null()) return {};
  if (!json.is_object()) refuse(fmt::format("wanted {{\"file\": ..., \"hook\": ...}}, got {}", json.type_name()));
  for (const auto& [name, value] : json.members()) {
    if (name != "file" && name != "hook") refuse(fmt::format("wanted \"file\" and \"hook\", got {}", Json(name).dump()));
    if (!value.is_string()) refuse(fmt::format("{}: wanted a string, got {}", name, value.type_name()));
  }
  const Json* file = json.find("file");
  if (!file) refuse("wanted \"file\", got none");
  const Json* hook = json.find("hook");
  const std::string wanted_hook = hook ? hook->string() : std::string();
  {
    const std::lock_guard lock(open_outboxes().mutex);
    const auto found = open_outboxes().by_file.find(whole_path(file->string()));
    if (found != open_outboxes().by_file.end())
      if (auto keeper = std::static_pointer_cast<Keeper>(found->second.lock());
          keeper && keeper->options().hook == wanted_hook)
        return Outbox(std::move(keeper));
  }
  OutboxOptions options;
  options.hook = wanted_hook;
  return open(file->string(), std::move(options));
}

std::any Outbox::effect(std::string_view event, Json value, const EffectContext& context) const {
  return EventStore::Row{
      .id = id_of(event, context), .name = std::string(event), .body = effect_json(std::move(value), context).dump()};
}

}  // namespace workflow
