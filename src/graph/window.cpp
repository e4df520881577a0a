#include "workflow/graph/window.h"

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

void Window::fail(StepId step, LevelId level, std::uint32_t item, std::exception_ptr why) {
  const std::string& name = drawing->steps[step].name;
  failures.push_back({level, item, as_error(why, name).at({.graph = drawing->name, .step = name, .input = {}})});
}

}  // namespace workflow
