#include "train/libtorch/deep/begin_task.h"

#include <fmt/format.h>

#include <set>

#include "base/in_quotes.h"
#include "base/nearest.h"
#include "model/libtorch/device.h"
#include "nets/load_weights.h"
#include "train/deep/pretrained.h"
#include "train/libtorch/deep/moving_average.h"
#include "weights/torch_names.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

// Every tensor of the trunk must be there; those of the head begin at random.
void take_trunk(DeepTask& task, const Weights& file, const std::string& from) {
  const Weights weights = with_torch_names(file);
  std::vector<std::string> names, faults;
  for (const TensorView& view : weights.tensors) names.push_back(view.name);
  const torch::NoGradGuard no_gradient;
  std::size_t wanted = 0;
  const std::string prefix = &task.learner() == &task.net() ? "" : "net.";
  for (auto& [name, tensor] : state_of(task.net())) {
    if (task.is_head(prefix + name) || name.ends_with("num_batches_tracked")) continue;
    ++wanted;
    const TensorView* view = weights.find(name);
    if (!view) {
      const std::string near = nearest_name(name, names);
      faults.push_back(fmt::format("missing: {}{}", name, near.empty() ? "" : "; nearest: " + near));
    } else if (view->shape != tensor.sizes().vec()) {
      faults.push_back(fmt::format("misshapen: {}: wanted {}, got {}", name, shape_text(tensor.sizes().vec()), shape_text(view->shape)));
    } else {
      tensor.detach().copy_(tensor_of(*view));
    }
  }
  if (faults.empty()) return;
  std::string list;
  for (const std::string& fault : faults) list += "\n" + fault;
  throw Error(ErrorCode::InvalidModel, "Trainer::deep",
              fmt::format("from {}: {} of the trunk's {} tensors do not fit; is it this architecture?{}", in_quotes(from),
                          faults.size(), wanted, list));
}

void lay_out(torch::nn::Module& module) {
  for (auto& [name, tensor] : state_of(module))
    if (tensor.dim() == 4) torch::Tensor(tensor).set_data(tensor.detach().contiguous(torch::MemoryFormat::ChannelsLast));
}

}  // namespace

std::shared_ptr<DeepTask> begin_task(const DeepTraining& training, const Dataset& train, std::vector<std::string>& notes) {
  if (train.empty()) throw Error(ErrorCode::InvalidValue, "Trainer", "wanted inputs to train on, got an empty data set");
  const std::string& from = training.values.text("from");
  const torch::Device device = torch_device(training.options.device);
  Weights pretrained;
  if (!from.empty()) pretrained = Pretrained::named(training.shape.catalogue(), from);
  auto task = training.shape.recipe()->make(
      {training.values, train, from.empty() ? nullptr : &pretrained, notes});
  if (!from.empty()) take_trunk(*task, pretrained, from);
  task->learner().to(device);
  lay_out(task->learner());
  return task;
}

}  // namespace workflow
