#include "workflow/graph/settings.h"

#include <fmt/format.h>

#include <cmath>

#include "base/nearest.h"

namespace workflow {

std::string Range::to_string() const {
  if (std::isinf(low) && std::isinf(high)) return "a number";
  if (std::isinf(high)) return fmt::format("{} {:g}", without_low ? "above" : "at least", low);
  if (std::isinf(low)) return fmt::format("{} {:g}", without_high ? "below" : "at most", high);
  return fmt::format("{}{:g}..{:g}{}", without_low ? "above " : "", low, high, without_high ? " (exclusive)" : "");
}

namespace detail {

void setting_out_of_range(std::string_view name, const Range& range, double got) {
  throw Error(ErrorCode::InvalidSetting, "settings", fmt::format("{}: wanted {}, got {:g}", name, range.to_string(), got));
}

void setting_of_wrong_type(std::string_view name, std::string_view wanted, const Json& got) {
  throw Error(ErrorCode::InvalidSetting, "settings", fmt::format("{}: wanted {}, got {}", name, wanted, got.dump()));
}

void unknown_choice(std::string_view name, const std::vector<std::string_view>& choices, std::string_view got) {
  throw Error(ErrorCode::InvalidSetting, "settings",
              fmt::format("{}: wanted one of {}, got \"{}\"{}", name, fmt::join(choices, ", "), got, did_you_mean(got, choices)));
}

void unreadable_setting(std::string_view name, const Error& why) {
  throw Error(ErrorCode::InvalidSetting, "settings", fmt::format("{}: {}", name, why.text()));
}

void refuse_unknown_settings(const Json& settings, const std::vector<std::string_view>& known) {
  if (settings.is_null()) return;
  if (!settings.is_object()) setting_of_wrong_type("settings", "an object", settings);
  for (const auto& [name, value] : settings.members()) {
    bool found = false;
    for (const std::string_view it : known) found = found || it == name;
    if (!found)
      throw Error(ErrorCode::InvalidSetting, "settings",
                  fmt::format("wanted one of {}, got \"{}\"{}", fmt::join(known, ", "), name, did_you_mean(name, known)));
  }
}

}  // namespace detail
}  // namespace workflow
