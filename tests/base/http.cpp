#include "base/http.h"

#include <chrono>
#include <thread>

#include "catch.h"
#include "local_server.h"
#include "workflow/base/error.h"

using namespace workflow;
using Catch::Contains;
using test::LocalServer;

namespace {

ErrorCode code_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    CHECK(std::string_view(error.what()).substr(0, std::string_view(error.what()).find('\n')).size() <= 200);
    return error.code();
  }
  FAIL("wanted an Error");
  return ErrorCode::Failed;
}

}  // namespace

TEST_CASE("A POST sends its body and type, and gives status and body whatever they are") {
  const LocalServer server([](const std::string&) { return LocalServer::reply("503 Busy", "later"); });
  const HttpReply reply = http_post(server.url("/notify?x=1"), R"({"a": 1})", "application/json");
  CHECK(reply.status == 503);
  CHECK(reply.body == "later");
  const std::string request = server.requests().at(0);
  CHECK_THAT(request, Contains("POST /notify?x=1 ") && Contains("Content-Type: application/json") && Contains("{\"a\": 1}"));
  CHECK(http_post(server.url("/"), "", "text/plain").status == 503);
}

TEST_CASE("A POST does not follow a redirect") {
  const LocalServer server([](const std::string&) {
    return "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  });
  CHECK(http_post(server.url("/"), "secret", "text/plain").status == 302);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("Replies that are too long, cut short, no HTTP or never come are errors") {
  const std::string much(5000, 'x');
  const LocalServer server([&](const std::string& request) -> std::string {
    if (request.find(" /long ") != std::string::npos) return LocalServer::reply("200 OK", much);
    if (request.find(" /cut ") != std::string::npos) return LocalServer::reply("200 OK", much, 9000);
    if (request.find(" /odd ") != std::string::npos) return "\x01 hello";
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    return "";
  });
  CHECK(code_of([&] { http_post(server.url("/long"), "", "text/plain", {.most_bytes = 4999}); }) == ErrorCode::Unavailable);
  CHECK(http_post(server.url("/long"), "", "text/plain", {.most_bytes = 5000}).body == much);
  CHECK(code_of([&] { http_post(server.url("/cut"), "", "text/plain"); }) == ErrorCode::Unavailable);
  CHECK(code_of([&] { http_post(server.url("/odd"), "", "text/plain"); }) == ErrorCode::Unavailable);
  CHECK(code_of([&] { http_post(server.url("/never"), "", "text/plain", {.seconds = 0.2}); }) == ErrorCode::Unavailable);
}

TEST_CASE("A host that is not there, and URLs that are none, are errors") {
  int closed = 0;
  {
    const LocalServer gone([](const std::string&) { return std::string(); });
    closed = gone.port();
  }
  const std::string url = "http://127.0.0.1:" + std::to_string(closed) + "/";
  CHECK(code_of([&] { http_post(url, "", "text/plain"); }) == ErrorCode::Unavailable);
  for (const std::string bad :
       {"", "127.0.0.1/x", "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://x", "http", "htt://x"})
    CHECK(code_of([&] { http_post(bad, "", "text/plain"); }) == ErrorCode::InvalidSetting);
}
