#include "model/blas.h"

#include <dlfcn.h>

#include <filesystem>
#include <mutex>

#include "workflow/base/log.h"

namespace workflow {

bool is_reference_blas(const std::string& file) { return file.find("/blas/libblas.so") != std::string::npos; }

void warn_of_slow_blas() {
  static std::once_flag once;
  std::call_once(once, [] {
    // The function that LibTorch itself is bound to tells the library that it comes from.
    Dl_info where{};
    void* multiply = dlsym(RTLD_DEFAULT, "sgemm_");
    if (!multiply || dladdr(multiply, &where) == 0 || !where.dli_fname) return;
    std::error_code fault;
    const auto file = std::filesystem::canonical(where.dli_fname, fault);
    if (!fault && is_reference_blas(file.string()))
      log(LogLevel::Warning,
          "LibTorch computes with the slow reference BLAS; mend it with: apt install libopenblas0-openmp");
  });
}

}  // namespace workflow
