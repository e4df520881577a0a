#include "nets/net.h"

namespace workflow {
namespace {

// A module that only holds others, so that their names get their dots.
struct Container : torch::nn::Module {};

}  // namespace

torch::nn::Module& Net::container(const std::string& dotted) {
  torch::nn::Module* at = this;
  for (std::size_t begin = 0; begin < dotted.size();) {
    const std::size_t end = std::min(dotted.find('.', begin), dotted.size());
    const std::string name = dotted.substr(begin, end - begin);
    const auto children = at->named_children();
    const auto* child = children.find(name);
    at = child ? child->get() : at->register_module(name, std::make_shared<Container>()).get();
    begin = end + 1;
  }
  return *at;
}

void Net::add(const std::string& dotted, const std::shared_ptr<torch::nn::Module>& module) {
  const std::size_t dot = dotted.rfind('.');
  if (dot == std::string::npos) {
    register_module(dotted, module);
  } else {
    container(dotted.substr(0, dot)).register_module(dotted.substr(dot + 1), module);
  }
}

ConvUnit& Net::conv(const std::string& name, const ConvSettings& settings) {
  ConvUnit& unit = units_.emplace_back(settings);
  add(name, unit.conv.ptr());
  if (unit.norm) add(settings.norm, unit.norm.ptr());
  return unit;
}

torch::nn::Linear Net::linear(const std::string& name, std::int64_t in, std::int64_t out, bool bias) {
  torch::nn::Linear layer(torch::nn::LinearOptions(in, out).bias(bias));
  add(name, layer.ptr());
  return layer;
}

ConvUnit& Net::add_joined(ConvUnit unit) { return joined_.emplace_back(std::move(unit)); }

void Net::fold() {
  train(false);
  for (ConvUnit& unit : units_) unit.fold();
  join_units();
  is_prepared_ = true;
}

void Net::prepare(const torch::Tensor& example) {
  to(example.device());
  const c10::InferenceMode inference;
  fold();
  for (ConvUnit& unit : units_) unit.pack_at_next_call();
  for (ConvUnit& unit : joined_) unit.pack_at_next_call();
  forward(example);
}

void Net::train(bool on) {
  for (ConvUnit& unit : units_) unit.unfold();
  joined_.clear();
  is_prepared_ = false;
  torch::nn::Module::train(on);
}

}  // namespace workflow
