#include "engine/compiled_net.h"

#include <omp.h>

#include <algorithm>
#include <limits>

namespace workflow {

CompiledNet::CompiledNet(Trace trace, Precision precision, std::span<const std::vector<float>> calibration)
    : trace_(std::move(trace)), settings_{.precision = precision} {
  if (precision == Precision::Int8) settings_.ranges = measured(calibration);
}

const Program& CompiledNet::program(std::int64_t batch) const {
  const std::lock_guard lock(mutex_);
  auto& program = programs_[{batch, omp_get_max_threads()}];
  if (!program) program = std::make_unique<const Program>(fused(trace_(batch), settings_.precision), settings_, weights_);
  return *program;
}

void CompiledNet::forget_above(std::int64_t batch) {
  const std::lock_guard lock(mutex_);
  std::erase_if(programs_, [&](const auto& each) { return each.first.first > batch; });
}

std::vector<TensorRange> CompiledNet::measured(std::span<const std::vector<float>> calibration) const {
  const NetGraph graph = fused(trace_(1), settings_.precision);
  PackedWeights weights;
  const Program program(graph, {.keep_all = true}, weights);
  Program::Call call(program);
  constexpr float most = std::numeric_limits<float>::max();
  std::vector<TensorRange> ranges(graph.tensors.size(), {.least = most, .most = -most});
  for (const std::vector<float>& input : calibration) {
    std::ranges::copy(input, call.input().begin());
    call.run();
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      const auto values = call.tensor(i);
      const auto [least, largest] = std::ranges::minmax_element(values);
      ranges[i] = {std::min(ranges[i].least, *least), std::max(ranges[i].most, *largest)};
    }
  }
  return ranges;
}

bool is_there(Precision precision) {
  if (precision != Precision::BFloat16) return true;
  const auto bits = [](dnnl::cpu_isa isa) { return static_cast<unsigned>(isa); };  // a bit for each that is there
  const unsigned wanted = bits(dnnl::cpu_isa::avx512_core_bf16);
  return (bits(dnnl::get_effective_cpu_isa()) & wanted) == wanted;
}

}  // namespace workflow
