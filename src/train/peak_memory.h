#pragma once

#include <sys/resource.h>

#include <cstdint>

namespace workflow {

/// The most memory that the process held at once, in bytes; 0 where the system does not tell.
inline std::uint64_t peak_memory() {
  rusage usage = {};
  return getrusage(RUSAGE_SELF, &usage) == 0 ? static_cast<std::uint64_t>(usage.ru_maxrss) * 1024 : 0;
}

}  // namespace workflow
