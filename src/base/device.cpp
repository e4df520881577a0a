#include "workflow/base/device.h"

#include <fmt/format.h>

#include <charconv>

#include "workflow/base/error.h"

namespace workflow {

Device Device::parse(std::string_view text) {
  if (text == "cpu") return cpu();
  if (text == "cuda") return cuda();
  if (text.starts_with("cuda:")) {
    const std::string_view number = text.substr(5);
    int index = -1;
    const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), index);
    if (fault == std::errc() && end == number.data() + number.size() && index >= 0) return cuda(index);
  }
  throw Error(ErrorCode::InvalidSetting, "Device::parse",
              fmt::format("wanted \"cpu\", \"cuda\" or \"cuda:1\", got \"{}\"", text));
}

std::string Device::name() const { return kind == Kind::Cpu ? "cpu" : fmt::format("cuda:{}", index); }

}  // namespace workflow
