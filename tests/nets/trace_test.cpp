#include "nets/trace.h"

#include <torch/torch.h>

#include "catch.h"
#include "engine/compiled_net.h"
#include "nets/architectures.h"
#include "workflow/base/error.h"

using namespace workflow;

namespace {

struct Case {
  std::string architecture;
  Json settings;
  std::int64_t size;
};

const std::vector<Case> cases = {{"resnet", Json::object({{"layers", 18}, {"outputs", 10}}), 64},
                                 {"resnet", Json::object({{"layers", 50}, {"outputs", 10}}), 64},
                                 {"mobilenet-v2", Json::object({{"outputs", 10}}), 64},
                                 {"mobilenet-v3", Json::object({{"size", "small"}, {"outputs", 10}}), 64},
                                 {"efficientnet-b0", Json::object({{"outputs", 10}, {"features", true}}), 64},
                                 {"tf-mobilenet-v1", Json::object({{"outputs", 7}, {"width", 0.25}}), 64},
                                 {"tf-mobilenet-v2", Json::object({{"outputs", 7}, {"batch_norm", true}}), 64},
                                 {"tiny-yolo", Json::object({{"anchors", 5}}), 160},
                                 {"face-features", Json::object({{"outputs", 7}}), 112},
                                 {"face-embedder", {}, 150},
                                 {"tiny-xception", {}, 112},
                                 {"yunet", {}, 96},
                                 {"tiny-darknet", Json::object({{"outputs", 7}}), 64},
                                 {"centernet", Json::object({{"classes", 3}}), 128},
                                 {"centernet-features", {}, 128},
                                 {"fastestdet", Json::object({{"classes", 3}}), 96},
                                 {"ssd-mobilenet-v1", Json::object({{"classes", 3}}), 300},
                                 {"ssdlite", Json::object({{"classes", 3}}), 128},
                                 {"retinanet", Json::object({{"classes", 3}, {"most", 0}}), 96}};
constexpr std::size_t classifiers = 5;  // the first of them

std::shared_ptr<Net> some_net(const Case& each) {
  const auto net = make_net(each.architecture, each.settings);
  // Batch statistics other than 0 and 1, so that folding them shows.
  for (const auto& buffer : net->named_buffers())
    if (buffer.value().scalar_type() == torch::kFloat32) buffer.value().uniform_(0.5, 1.5);
  net->train(false);
  return net;
}

}  // namespace

TEST_CASE("A traced net, compiled, gives what the net gives, at every batch size") {
  torch::manual_seed(2);
  for (const Case& each : cases) {
    CAPTURE(each.architecture);
    const auto net = some_net(each);
    std::vector<torch::Tensor> wanted;
    const auto x = torch::randn({3, each.size, each.size, 3}).permute({0, 3, 1, 2});
    {
      const torch::NoGradGuard no_gradient;
      wanted = net->forward(x);
    }
    net->fold();
    const CompiledNet compiled([&](std::int64_t batch) { return trace(*net, x.slice(0, 0, batch)); }, Precision::Float32);
    for (const std::int64_t batch : {1, 3}) {
      Program::Call call(compiled.program(batch));
      const auto input = x.slice(0, 0, batch).permute({0, 2, 3, 1}).contiguous();
      std::copy_n(input.data_ptr<float>(), input.numel(), call.input().begin());
      call.run();
      REQUIRE(call.output_shapes().size() == wanted.size());
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto right = wanted[i].slice(0, 0, batch);
        const auto got = torch::from_blob(const_cast<float*>(call.output(i).data()), call.output_shapes()[i]);
        REQUIRE(got.sizes() == right.sizes());
        CHECK(((got - right).abs().max() / right.abs().max()).item<double>() < 1e-4);
      }
    }
  }
}

TEST_CASE("Tracing leaves a net as it was: it can be trained again") {
  const auto net = some_net(cases[1]);
  net->fold();
  CHECK_FALSE(trace(*net, torch::randn({1, 3, 64, 64})).steps.empty());
  net->train();
  net->forward(torch::randn({2, 3, 64, 64}))[0].square().mean().backward();
  for (const auto& parameter : net->named_parameters()) CHECK(parameter.value().grad().defined());
}

TEST_CASE("Classifiers become convolutions, pools and one fully connected layer, with nothing foreign between") {
  for (std::size_t i = 0; i < classifiers; ++i) {
    CAPTURE(cases[i].architecture);
    const auto net = some_net(cases[i]);
    net->fold();
    const NetGraph graph = fused(trace(*net, torch::randn({1, 3, 64, 64})));
    for (const NetStep& step : graph.steps) {
      CHECK(step.kind != NetStep::Kind::Foreign);
      CHECK(step.kind != NetStep::Kind::Element);
    }
  }
}
