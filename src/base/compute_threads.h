#pragma once

namespace workflow {

/// Sets how many threads LibTorch, oneDNN and the BLAS take on the calling thread while it lives, and then puts back what
/// was there. They all ask OpenMP, whose setting is a thread's own: no other thread of the host is touched.
class ComputeThreads {
 public:
  explicit ComputeThreads(int threads);
  ~ComputeThreads();
  ComputeThreads(const ComputeThreads&) = delete;
  ComputeThreads& operator=(const ComputeThreads&) = delete;

 private:
  int before_;
};

}  // namespace workflow
