#include "workflow/graph/window.h"

#include <algorithm>
#include <string>

namespace workflow {

Error as_error(std::exception_ptr thrown, std::string_view place) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return {ErrorCode::Failed, place, "out of memory"};
  } catch (const std::exception& error) {
    const std::string text = error.what();
    return {ErrorCode::Failed, place, text.empty() ? "failed without saying why" : text};
  } catch (...) {
    return {ErrorCode::Failed, place, "threw something that is no std::exception"};
  }
}

std::vector<std::uint32_t> detail::path_of(const Window& window, LevelId level, std::uint32_t item) {
  std::vector<std::uint32_t> path;
  while (level != 0) {
    const auto& parents = window.levels[level].parents;
    const auto eldest = std::lower_bound(parents.begin(), parents.end(), parents[item]);
    path.push_back(item - static_cast<std::uint32_t>(eldest - parents.begin()));
    item = parents[item];
    level = window.drawing->levels[level].parent;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

Place Window::place_of(LevelId level, std::uint32_t item) const {
  return {.input_id = ids[up(level, item, 0)], .path = detail::path_of(*this, level, item)};
}

void Window::fail(StepId step, LevelId level, std::uint32_t item, std::exception_ptr why) {
  const std::string& name = drawing->steps[step].name;
  failures.push_back({level, item, as_error(why, name).at({.graph = drawing->name, .step = name, .input = {}})});
}

}  // namespace workflow
