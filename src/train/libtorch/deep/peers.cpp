#include "train/libtorch/deep/peers.h"

#include <fmt/format.h>

#include <cstring>

#include "nets/torch_version.h"
#include "workflow/base/error.h"

#ifdef WORKFLOW_HAS_GLOO  // set by the build where libgloo-dev is there
#ifndef USE_C10D_GLOO
#define USE_C10D_GLOO
#endif
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif

namespace workflow {
namespace {

constexpr std::string_view place = "Trainer::deep";

class Alone : public Peers {
 public:
  void average(const std::vector<LearntParameter>&, torch::Tensor&) override {}
  void take_from_first(const NamedTensors&) override {}
  double first(double value) override { return value; }
  std::string first(const std::string& text) override { return text; }
  bool any(bool value) override { return value; }
};

#ifdef WORKFLOW_HAS_GLOO
class GlooPeers : public Peers {
 public:
  explicit GlooPeers(const Processes& processes) : processes_(processes) {
    asking("meet", [&] {
      const auto patience = std::chrono::milliseconds(static_cast<std::int64_t>(processes.seconds_until_lost * 1000));
      c10d::TCPStoreOptions store;
      store.port = static_cast<std::uint16_t>(processes.port);
      store.isServer = processes.rank == 0;
      store.numWorkers = static_cast<std::size_t>(processes.world);
      store.timeout = patience;
#if TORCH_VERSION_MAJOR >= 2
      store.useLibUV = false;
#endif
      const auto met = c10::make_intrusive<c10d::TCPStore>(processes.address, store);
      const auto options = c10d::ProcessGroupGloo::Options::create(patience);
      options->devices.push_back(processes.address == "127.0.0.1" || processes.address == "localhost"
                                     ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                     : c10d::ProcessGroupGloo::createDefaultDevice());
      group_ = c10::make_intrusive<c10d::ProcessGroupGloo>(met, processes.rank, processes.world, options);
    });
  }

  // One long tensor costs one round trip; hundreds of small ones would cost hundreds.
  void average(const std::vector<LearntParameter>& parameters, torch::Tensor& loss) override {
    const torch::NoGradGuard no_gradient;
    std::vector<torch::Tensor> gradients, flat{loss.reshape({1})};
    for (const LearntParameter& each : parameters) {
      if (!each.tensor.requires_grad()) continue;
      torch::Tensor tensor = each.tensor;
      if (!tensor.grad().defined()) tensor.mutable_grad() = torch::zeros_like(tensor);  // none of its inputs could be read
      gradients.push_back(tensor.grad());
      flat.push_back(gradients.back().reshape({-1}));
    }
    std::vector<torch::Tensor> all{torch::cat(flat).to(torch::kCPU)};
    asking("average gradients with", [&] { group_->allreduce(all)->wait(); });
    const auto mean = (all.front() / processes_.world).to(loss.device());
    loss = mean[0];
    std::int64_t at = 1;
    for (torch::Tensor& each : gradients) {
      each.copy_(mean.slice(0, at, at + each.numel()).view(each.sizes()));
      at += each.numel();
    }
  }

  void take_from_first(const NamedTensors& tensors) override {
    const torch::NoGradGuard no_gradient;
    for (const auto& [name, into] : tensors) {
      std::vector<torch::Tensor> one{into.detach().to(torch::kCPU).contiguous()};
      asking("share weights with", [&] { group_->broadcast(one)->wait(); });
      torch::Tensor to = into.detach();
      to.copy_(one.front());
    }
  }

  double first(double value) override { return sum(processes_.rank == 0 ? value : 0); }
  bool any(bool value) override { return sum(value ? 1 : 0) > 0; }

  std::string first(const std::string& text) override {
    const auto size = static_cast<std::int64_t>(first(static_cast<double>(text.size())));
    if (size == 0) return {};
    auto bytes = torch::zeros({size}, torch::kUInt8);
    if (processes_.rank == 0) std::memcpy(bytes.data_ptr(), text.data(), text.size());
    std::vector<torch::Tensor> one{bytes};
    asking("share progress with", [&] { group_->broadcast(one)->wait(); });
    return {static_cast<const char*>(bytes.data_ptr()), static_cast<std::size_t>(size)};
  }

 private:
  double sum(double value) {
    std::vector<torch::Tensor> one{torch::full({1}, value, torch::kFloat64)};
    asking("compare figures with", [&] { group_->allreduce(one)->wait(); });
    return one.front().item<double>();
  }

  template <class F>
  void asking(std::string_view doing, F&& f) const {
    try {
      f();
    } catch (const std::exception& error) {
      const std::string why = error.what();
      throw Error(ErrorCode::Unavailable, place,
                  fmt::format("process {} of {} cannot {} the others at {}:{}; start all anew, they go on from the checkpoint\n{}",
                              processes_.rank, processes_.world, doing, processes_.address, processes_.port,
                              why.substr(0, why.find("\nException raised"))));
    }
  }

  Processes processes_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group_;
};
#endif

}  // namespace

std::unique_ptr<Peers> Peers::join(const Processes& processes) {
  if (processes.world == 1) return std::make_unique<Alone>();
#ifdef WORKFLOW_HAS_GLOO
  return std::make_unique<GlooPeers>(processes);
#else
  throw Error(ErrorCode::Unavailable, place, "this build has no Gloo for several processes; build it with libgloo-dev installed");
#endif
}

}  // namespace workflow
