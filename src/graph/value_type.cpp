#include "workflow/graph/value_type.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace workflow::detail {

std::string readable_name(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), std::free);
  std::string readable = status == 0 ? name.get() : type.name();
  const std::string prefix = "workflow::";
  for (auto at = readable.find(prefix); at != std::string::npos; at = readable.find(prefix)) readable.erase(at, prefix.size());
  return readable;
}

}  // namespace workflow::detail
