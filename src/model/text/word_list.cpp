#include "model/text/word_list.h"

#include <fmt/format.h>

#include "workflow/base/error.h"

namespace workflow {

std::vector<std::string_view> lines_of(const Weights& weights, std::string_view tensor, const std::string& place) {
  const TensorView* const view = weights.find(tensor);
  if (!view || view->dtype != DType::U8)
    throw Error(ErrorCode::InvalidModel, place, fmt::format("wanted a tensor {} of U8 in the weights", tensor));
  std::string_view rest(reinterpret_cast<const char*>(view->data.data()), view->data.size());
  std::vector<std::string_view> lines;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos)
      throw Error(ErrorCode::InvalidModel, place, fmt::format("{}: wanted a line feed after every line", tensor));
    lines.push_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace workflow
