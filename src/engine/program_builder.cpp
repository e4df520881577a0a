#include "engine/program_builder.h"

#include <algorithm>

namespace workflow {

using namespace onednn;

ProgramBuilder::ProgramBuilder(const NetGraph& graph, const ProgramSettings& settings, PackedWeights& weights,
                               Program& program)
    : graph_(graph),
      settings_(settings),
      weights_(weights),
      program_(program),
      numbers_(choose_numbers(graph, settings)),
      readers_(graph.readers()),
      slots_of_(graph.tensors.size()) {}

std::size_t ProgramBuilder::add_slot(std::size_t tensor, const Desc& desc) {
  storage_bytes_.push_back(desc.get_size());
  return add_slot_over(tensor, desc, storage_bytes_.size() - 1);
}

std::size_t ProgramBuilder::add_slot_over(std::size_t tensor, const Desc& desc, std::size_t storage) {
  program_.slots_.push_back({desc, storage});
  slots_of_[tensor].push_back(program_.slots_.size() - 1);
  return program_.slots_.size() - 1;
}

std::size_t ProgramBuilder::slot(std::size_t tensor, const Desc& wanted) {
  for (const std::size_t there : slots_of_[tensor])
    if (desc(there) == wanted) return there;
  const std::size_t from = slots_of_[tensor].front();
  const std::size_t to = add_slot(tensor, wanted);
  dnnl::primitive_attr with = attributes();
  const float factor = scale_of(tensor, type_of(desc(from))) / scale_of(tensor, type_of(wanted));
  Arguments scaling;
  if (factor != 1) scaling = scale_reorder(with, 0, {factor});
  const dnnl::reorder::primitive_desc pd(processor(), desc(from), processor(), wanted, with);
  add(pd, dnnl::reorder(pd), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}}, std::move(scaling));
  return to;
}

std::size_t ProgramBuilder::float_slot(std::size_t tensor) {
  const std::size_t first = slots_of_[tensor].front();
  if (!is_whole(type_of(desc(first)))) return first;
  for (const std::size_t there : slots_of_[tensor])
    if (!is_whole(type_of(desc(there)))) return there;
  return slot(tensor, retyped(desc(first), numbers_.floats).value_or(plain(graph_.tensors[tensor], numbers_.floats)));
}

dnnl::primitive_attr ProgramBuilder::attributes() const {
  dnnl::primitive_attr all;
  all.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return all;
}

void ProgramBuilder::add(const dnnl::primitive_desc_base& pd, dnnl::primitive primitive,
                         std::vector<std::pair<int, std::size_t>> slots, Arguments constants) {
  program_.commands_.push_back({.primitive = std::move(primitive),
                                .slots = std::move(slots),
                                .constants = std::move(constants),
                                .scratch = pd.scratchpad_desc()});
}

void ProgramBuilder::build() {
  // The input is where the first step that reads it would have it: a convolution says so itself.
  const Shape& shape = graph_.tensors[0];
  program_.takes_channels_last_ = shape.size() == 4;
  program_.input_ = add_slot(0, program_.takes_channels_last_ ? channels_last(shape, Type::f32) : plain(shape, Type::f32));
  for (std::size_t i = 0; i < graph_.steps.size(); ++i) {
    lower(i);
    const NetStep& step = graph_.steps[i];
    for (const std::size_t input : step.inputs) --readers_[input];
    for (const AfterStep& after : step.after)
      if (after.kind == AfterStep::Kind::Pair) --readers_[after.other];
  }
  for (const std::size_t output : graph_.outputs) {
    program_.outputs_.push_back(slot(output, plain(graph_.tensors[output], Type::f32)));
    program_.output_shapes_.push_back(graph_.tensors[output]);
  }
  if (settings_.keep_all)
    for (std::size_t i = 0; i < graph_.tensors.size(); ++i)
      program_.kept_.push_back(slots_of_[i].empty() ? program_.input_ : slot(i, plain(graph_.tensors[i], Type::f32)));
  plan();
}

void ProgramBuilder::lower(std::size_t number) {
  const NetStep& step = graph_.steps[number];
  switch (step.kind) {
    case NetStep::Kind::Convolution:
    case NetStep::Kind::Connected: {
      const std::size_t commands = program_.commands_.size(), slots = program_.slots_.size();
      const auto saved = slots_of_;
      try {
        return lower_weighted(number, true);
      } catch (const dnnl::error&) {
        // Not every implementation adds in place for every pair of types.
        program_.commands_.resize(commands);
        program_.slots_.resize(slots);
        slots_of_ = saved;
        return lower_weighted(number, false);
      }
    }
    case NetStep::Kind::MaxPool:
    case NetStep::Kind::MeanPool:
      return lower_pool(step);
    case NetStep::Kind::Element:
      return lower_element(step);
    case NetStep::Kind::Pair:
      return lower_pair(step);
    case NetStep::Kind::Concat:
      return lower_concat(step);
    case NetStep::Kind::Reshape:
      return lower_reshape(step);
    case NetStep::Kind::Foreign:
      return lower_foreign(step);
  }
}

void ProgramBuilder::lower_weighted(std::size_t number, bool in_place) {
  const NetStep& step = graph_.steps[number];
  const std::size_t x = step.inputs[0];
  const bool whole = numbers_.is_whole[number];
  const auto& in = numbers_.tensors[x];
  const auto& out = numbers_.tensors[step.output];
  const Type in_type = whole ? in.whole : numbers_.floats;
  const Type out_type = step.output == graph_.outputs.front() && graph_.outputs.size() == 1 && readers_[step.output] == 1
                            ? Type::f32
                            : out.type;
  const float out_scale = scale_of(step.output, out_type);

  std::vector<float> channel_scales, bias_scales;
  Arguments scaling;
  dnnl::primitive_attr with = attributes();
  // One residual can be added in place: it must be of the same kind of numbers, and nobody else's.
  std::optional<std::size_t> summed;
  for (const AfterStep& each : step.after)
    if (in_place && !summed && each.kind == AfterStep::Kind::Pair && is_last_read(each.other) &&
        is_whole(numbers_.tensors[each.other].type) == is_whole(out_type))
      summed = each.other;
  // What follows is computed in the output's units where that can be, and else in the values' own, which the last of it
  // brings to the output's.
  const bool is_scaled_last = out_scale != 1 && !step.after.empty() && step.after.back().kind == AfterStep::Kind::Element;
  const bool needs_own_units = std::ranges::any_of(
      step.after, [&](const AfterStep& after) { return after.kind == AfterStep::Kind::Element || after.other != summed; });
  const float unit = needs_own_units ? 1.0f : out_scale;
  if (whole) {
    channel_scales = weight_scales(step);
    std::vector<float> factors;
    for (const float scale : channel_scales) {
      bias_scales.push_back(bias_is_scaled ? in.scale * scale : unit);
      factors.push_back(in.scale * scale / unit);
    }
    scaling = scale_result(with, step.groups > 1, factors);
  }

  dnnl::post_ops after;
  std::vector<std::pair<int, std::size_t>> beside;
  for (std::size_t i = 0; i < step.after.size(); ++i) {
    const AfterStep& each = step.after[i];
    if (each.kind == AfterStep::Kind::Element) {
      append(after, each.element, is_scaled_last && i + 1 == step.after.size() ? 1 / out_scale : 1.0f);
      continue;
    }
    if (each.other == summed) {
      const Type other_type = is_whole(out_type) ? numbers_.tensors[each.other].type : out_type;
      append_sum(after, scale_of(each.other, other_type) / unit, other_type);
    } else {
      if (numbers_.floats == Type::bf16) throw dnnl::error(dnnl_unimplemented, "a residual beside bfloat16");
      const std::size_t other = float_slot(each.other);
      after.append_binary(pair_algorithm(each.pair), desc(other));
      beside.emplace_back(DNNL_ARG_ATTR_MULTIPLE_POST_OP(after.len() - 1) | DNNL_ARG_SRC_1, other);
    }
  }
  if (out_scale != 1 && unit == 1 && !is_scaled_last) append(after, {.op = ElementOp::Linear, .alpha = 1 / out_scale}, 1.0f);
  with.set_post_ops(after);

  const bool is_convolution = step.kind == NetStep::Kind::Convolution;
  const Desc weights_any = any(grouped_shape(step), whole ? Type::s8 : numbers_.floats);
  const Desc bias_desc = plain({step.weights_shape[0]}, Type::f32);
  const auto finish = [&](const auto& pd, auto primitive) {
    const std::size_t source = slot(x, pd.src_desc());
    std::size_t target = 0;
    if (summed) {
      // Its own type where whole numbers differ in sign; the layout is the target's.
      Desc wanted = pd.dst_desc();
      if (const Type type = numbers_.tensors[*summed].type; is_whole(out_type) && type != out_type) {
        const auto other_sign = retyped(wanted, type);
        if (!other_sign) throw dnnl::error(dnnl_unimplemented, "a residual of another sign");
        wanted = *other_sign;
      }
      const std::size_t other = slot(*summed, wanted);
      target = add_slot_over(step.output, pd.dst_desc(), program_.slots_[other].storage);
    } else {
      target = add_slot(step.output, pd.dst_desc());
    }
    std::vector<std::pair<int, std::size_t>> slots = {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, target}};
    slots.insert(slots.end(), beside.begin(), beside.end());
    scaling.emplace_back(DNNL_ARG_WEIGHTS, weights_.weights(number, step, pd.weights_desc(), channel_scales));
    scaling.emplace_back(DNNL_ARG_BIAS, weights_.bias(number, step, bias_scales));
    add(pd, primitive, std::move(slots), std::move(scaling));
  };
  const Desc source_any = any(graph_.tensors[x], in_type), target_any = any(graph_.tensors[step.output], out_type);
  if (is_convolution) {
    const auto pd = convolution(step, source_any, weights_any, bias_desc, target_any, with);
    finish(pd, dnnl::convolution_forward(pd));
  } else {
    const auto pd = connected(source_any, weights_any, bias_desc, target_any, with);
    finish(pd, dnnl::inner_product_forward(pd));
  }
}

void ProgramBuilder::lower_pool(const NetStep& step) {
  const Type type = numbers_.tensors[step.output].type;
  const std::size_t from = is_whole(type) ? slots_of_[step.inputs[0]].front() : float_slot(step.inputs[0]);
  const auto pd = pool(step, desc(from), any(graph_.tensors[step.output], type_of(desc(from))), attributes());
  const std::size_t to = add_slot(step.output, pd.dst_desc());
  add(pd, dnnl::pooling_forward(pd), {{DNNL_ARG_SRC, from}, {DNNL_ARG_DST, to}});
}

void ProgramBuilder::lower_element(const NetStep& step) {
  const std::size_t x = step.inputs[0], from = float_slot(x);
  const auto pd = element(step.element, desc(from), attributes());
  const std::size_t to = is_last_read(x) ? add_slot_over(step.output, pd.dst_desc(), program_.slots_[from].storage)
                                         : add_slot(step.output, pd.dst_desc());
  add(pd, dnnl::eltwise_forward(pd), {{DNNL_ARG_SRC, from}, {DNNL_ARG_DST, to}});
}

void ProgramBuilder::lower_pair(const NetStep& step) {
  const std::size_t first = float_slot(step.inputs[0]);
  std::size_t second = float_slot(step.inputs[1]);
  if (graph_.tensors[step.inputs[0]] == graph_.tensors[step.inputs[1]]) second = slot(step.inputs[1], desc(first));
  dnnl::primitive_attr with = attributes();
  dnnl::post_ops after;
  for (const AfterStep& each : step.after) append(after, each.element, 1.0f);
  with.set_post_ops(after);
  const auto pd = pair(step.pair, desc(first), desc(second), desc(first), with);
  const bool in_place = is_last_read(step.inputs[0]) && step.inputs[0] != step.inputs[1];
  const std::size_t to = in_place ? add_slot_over(step.output, pd.dst_desc(), program_.slots_[first].storage)
                                  : add_slot(step.output, pd.dst_desc());
  add(pd, dnnl::binary(pd), {{DNNL_ARG_SRC_0, first}, {DNNL_ARG_SRC_1, second}, {DNNL_ARG_DST, to}});
}

void ProgramBuilder::lower_concat(const NetStep& step) {
  std::vector<Desc> descs;
  std::vector<std::pair<int, std::size_t>> slots;
  for (std::size_t i = 0; i < step.inputs.size(); ++i) {
    const std::size_t from = float_slot(step.inputs[i]);
    descs.push_back(desc(from));
    slots.emplace_back(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), from);
  }
  const auto pd = concat(descs, attributes());
  slots.emplace_back(DNNL_ARG_DST, add_slot(step.output, pd.dst_desc()));
  add(pd, dnnl::concat(pd), std::move(slots));
}

void ProgramBuilder::lower_reshape(const NetStep& step) {
  const std::size_t x = step.inputs[0];
  const bool is_shared = !is_last_read(x);
  std::size_t from = slot(x, plain(graph_.tensors[x], numbers_.floats));
  if (is_shared) {
    // Others read it still, and what comes next may be written over it.
    const std::size_t copy = add_slot(step.output, desc(from));
    slots_of_[step.output].clear();
    const dnnl::reorder::primitive_desc pd(processor(), desc(from), processor(), desc(copy), attributes());
    add(pd, dnnl::reorder(pd), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, copy}});
    from = copy;
  }
  add_slot_over(step.output, plain(graph_.tensors[step.output], numbers_.floats), program_.slots_[from].storage);
}

void ProgramBuilder::lower_foreign(const NetStep& step) {
  Program::Command command{.foreign = step.foreign};
  for (const std::size_t input : step.inputs) {
    command.inputs.push_back(slot(input, plain(graph_.tensors[input], Type::f32)));
    command.shapes.push_back(graph_.tensors[input]);
  }
  command.output = add_slot(step.output, plain(graph_.tensors[step.output], Type::f32));
  command.shapes.push_back(graph_.tensors[step.output]);
  program_.commands_.push_back(std::move(command));
}

void ProgramBuilder::plan() {
  std::vector<Need> needs(storage_bytes_.size());
  std::vector<bool> seen(needs.size(), false);
  const std::size_t end = program_.commands_.size();
  const auto touch = [&](std::size_t slot, std::size_t when) {
    const std::size_t storage = program_.slots_[slot].storage;
    Need& need = needs[storage];
    need.bytes = std::max(storage_bytes_[storage], std::max(need.bytes, desc(slot).get_size()));
    if (!seen[storage]) need.first = when;
    seen[storage] = true;
    need.last = std::max(need.last, when);
  };
  touch(program_.input_, 0);
  for (std::size_t i = 0; i < end; ++i) {
    const Program::Command& command = program_.commands_[i];
    for (const auto& [argument, slot] : command.slots) touch(slot, i);
    for (const std::size_t input : command.inputs) touch(input, i);
    if (command.foreign) touch(command.output, i);
  }
  for (const std::size_t output : program_.outputs_) touch(output, end);
  for (const std::size_t kept : program_.kept_) touch(kept, end);
  if (settings_.keep_all)
    for (Need& need : needs) need.last = end;
  const MemoryPlan memory = plan_memory(needs);
  program_.offsets_ = memory.offsets;
  program_.scratch_offset_ = memory.bytes;
  std::size_t scratch = 0;
  for (const Program::Command& command : program_.commands_)
    if (!command.foreign) scratch = std::max(scratch, command.scratch.get_size());
  program_.bytes_ = memory.bytes + scratch;
}

}  // namespace workflow
