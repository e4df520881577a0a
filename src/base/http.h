#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace workflow {

struct HttpOptions {
  double connect_seconds = 15;         ///< for reaching the host
  double stall_seconds = 30;           ///< without a byte coming in
  double seconds = 0;                  ///< for the whole exchange; 0: as long as bytes come in
  std::uint64_t most_bytes = 1 << 20;  ///< of the reply's body; more is an error
};

struct HttpReply {
  int status = 0;  ///< 200 and so on
  std::string body;
};

/// Sends a body and waits for the reply, whatever its status. Follows no redirect: what was sent is meant for that host.
/// Throws Error: InvalidSetting for a URL that is not http or https, Unavailable where the host cannot be reached, stalls,
/// cuts the reply short or sends more than asked for. Thread-safe; blocks; sets no signal handler.
HttpReply http_post(const std::string& url, std::string_view body, std::string_view content_type,
                    const HttpOptions& options = {});

/// Fetches http, https and file URLs, from byte `from` on where the server can do that, and hands what comes to `take`
/// with the place of its first byte; a server that cannot go on begins at 0 again. `take` may throw. At most 5 redirects
/// are followed. Gives the status: 200 or 206 (0 for a file), or another one, of which no body is handed on.
/// Throws Error as http_post does.
int http_get(const std::string& url, std::uint64_t from,
             const std::function<void(std::uint64_t at, std::span<const std::byte>)>& take, const HttpOptions& options);

}  // namespace workflow
