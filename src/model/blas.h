#pragma once

#include <string>

namespace workflow {

/// Tells the log sink, once in the process, where LibTorch computes with the reference BLAS, ten and more times slower
/// than OpenBLAS, and which command mends that.
void warn_of_slow_blas();

/// Whether a BLAS's file is Debian's reference implementation; symbolic links resolved already.
bool is_reference_blas(const std::string& file);

}  // namespace workflow
