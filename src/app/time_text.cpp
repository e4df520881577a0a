#include "app/time_text.h"

#include <fmt/format.h>

#include <charconv>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

// Reads digits and other characters as a pattern has them: 'd' stands for a digit.
bool has_form(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (pattern[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != pattern[i]) return false;
  return true;
}

int number(std::string_view text, std::size_t at, std::size_t digits) {
  int value = 0;
  std::from_chars(text.data() + at, text.data() + at + digits, value);
  return value;
}

}  // namespace

std::string time_text(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

Time time_of_text(std::string_view text) {
  const bool is_whole = has_form(text, "dddd-dd-ddTdd:dd:ddZ");
  const bool has_fraction = has_form(text, "dddd-dd-ddTdd:dd:dd.ddddddZ");
  if (is_whole || has_fraction) {
    const std::chrono::year_month_day date{std::chrono::year(number(text, 0, 4)), std::chrono::month(static_cast<unsigned>(number(text, 5, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(text, 8, 2)))};
    const int hours = number(text, 11, 2);
    const int minutes = number(text, 14, 2);
    const int seconds = number(text, 17, 2);
    if (date.ok() && hours < 24 && minutes < 60 && seconds < 60)
      return std::chrono::sys_days(date) + std::chrono::hours(hours) + std::chrono::minutes(minutes) + std::chrono::seconds(seconds) +
             std::chrono::microseconds(has_fraction ? number(text, 20, 6) : 0);
  }
  throw Error(ErrorCode::Unreadable, "annotation", fmt::format("wanted a time as \"2026-11-24T06:35:38.123456Z\", got {}", in_quotes(text)));
}

}  // namespace workflow
