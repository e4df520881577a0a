#include "base/compute_threads.h"

#include <ATen/Parallel.h>
#include <omp.h>

namespace workflow {

ComputeThreads::ComputeThreads(int threads) {
  at::get_num_threads();  // LibTorch sets a thread's count on its first use; that must not happen after ours
  before_ = omp_get_max_threads();
  if (before_ != threads) omp_set_num_threads(threads);
}

ComputeThreads::~ComputeThreads() {
  if (before_ != omp_get_max_threads()) omp_set_num_threads(before_);
}

}  // namespace workflow
