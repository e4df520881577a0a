#include "base/http.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <ctime>
#include <exception>
#include <memory>
#include <mutex>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::string_view place = "http";

// TLS writes to a connection that the other side has closed raise SIGPIPE; a host's process must not die of it.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoPipeSignal() {
    const timespec at_once = {};
    if (!was_pending_)
      while (sigtimedwait(&pipe_, nullptr, &at_once) == SIGPIPE) continue;
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;

 private:
  bool was_pending_ = false;
  sigset_t pipe_, before_;
};

struct Exchange {
  CURL* curl = nullptr;
  std::uint64_t from = 0;
  std::uint64_t received = 0;
  std::uint64_t most_bytes = 0;
  bool any_status = false;  // whether the body counts whatever the status is
  std::function<void(std::uint64_t, std::span<const std::byte>)> take;
  std::exception_ptr thrown;
  bool is_too_long = false;
};

int status_of(CURL* curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

// Called by libcurl, which is C: nothing may be thrown through it.
std::size_t receive(char* data, std::size_t, std::size_t size, void* to) {
  auto& exchange = *static_cast<Exchange*>(to);
  const int status = status_of(exchange.curl);
  const bool is_file = status == 0;
  const bool goes_on = status == 206 || is_file;
  if (!exchange.any_status && status != 200 && !goes_on) return size;
  if (size > exchange.most_bytes - exchange.received) {
    exchange.is_too_long = true;
    return 0;
  }
  try {
    exchange.take((goes_on ? exchange.from : 0) + exchange.received, std::as_bytes(std::span(data, size)));
  } catch (...) {
    exchange.thrown = std::current_exception();
    return 0;
  }
  exchange.received += size;
  return size;
}

long milliseconds(double seconds) { return static_cast<long>(std::clamp(seconds, 0.0, 1e6) * 1000); }

using Handle = std::unique_ptr<CURL, void (*)(CURL*)>;

Handle open_handle(const std::string& url, const char* protocols, Exchange& exchange, const HttpOptions& options) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::string allowed = protocols;
  const std::string scheme = url.substr(0, url.find("://"));
  if (scheme.size() == url.size() || (allowed + ",").find(scheme + ",") == std::string::npos)
    throw Error(ErrorCode::InvalidSetting, place, fmt::format("wanted a URL of {}, got {}", allowed, in_quotes(url)));
  Handle handle(curl_easy_init(), curl_easy_cleanup);
  if (!handle) throw Error(ErrorCode::Failed, place, "libcurl gives no handle");
  CURL* const curl = handle.get();
  exchange.curl = curl;
  exchange.most_bytes = options.most_bytes;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options.connect_seconds));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::ceil(std::clamp(options.stall_seconds, 1.0, 1e6))));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, milliseconds(options.seconds));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "workflow");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
  return handle;
}

int perform(const std::string& url, Exchange& exchange) {
  const NoPipeSignal no_signal;
  char why[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(exchange.curl, CURLOPT_ERRORBUFFER, why);
  const CURLcode code = curl_easy_perform(exchange.curl);
  if (exchange.thrown) std::rethrow_exception(exchange.thrown);
  if (exchange.is_too_long)
    throw Error(ErrorCode::Unavailable, place,
                fmt::format("wanted at most {} bytes, got more\n{}", exchange.most_bytes, in_quotes(url)));
  if (code != CURLE_OK)
    throw Error(ErrorCode::Unavailable, place,
                fmt::format("{}\n{}", *why != '\0' ? why : curl_easy_strerror(code), in_quotes(url)));
  return status_of(exchange.curl);
}

}  // namespace

HttpReply http_post(const std::string& url, std::string_view body, std::string_view content_type,
                    const HttpOptions& options) {
  HttpReply reply;
  Exchange exchange;
  exchange.any_status = true;
  exchange.take = [&](std::uint64_t, std::span<const std::byte> bytes) {
    reply.body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  const Handle handle = open_handle(url, "http,https", exchange, options);
  const std::string type = fmt::format("Content-Type: {}", content_type);
  // "Expect" would have a long body wait a second for servers that never answer it.
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(
      curl_slist_append(curl_slist_append(nullptr, type.c_str()), "Expect:"), curl_slist_free_all);
  curl_easy_setopt(handle.get(), CURLOPT_POST, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  reply.status = perform(url, exchange);
  return reply;
}

int http_get(const std::string& url, std::uint64_t from,
             const std::function<void(std::uint64_t, std::span<const std::byte>)>& take, const HttpOptions& options) {
  Exchange exchange;
  exchange.from = from;
  exchange.take = take;
  const Handle handle = open_handle(url, "http,https,file", exchange, options);
  // Not CURLOPT_RESUME_FROM, which takes a server that begins anew for an error.
  const std::string range = fmt::format("{}-", from);
  if (from > 0) curl_easy_setopt(handle.get(), CURLOPT_RANGE, range.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_MAXREDIRS, 5L);
  return perform(url, exchange);
}

}  // namespace workflow
