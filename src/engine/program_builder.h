#pragma once

#include "engine/memory_plan.h"
#include "engine/numbers.h"
#include "engine/program.h"

namespace workflow {

/// Turns the steps of a net into a program's commands, one after the other, with reorders between them where layouts or
/// types differ.
class ProgramBuilder {
 public:
  ProgramBuilder(const NetGraph& graph, const ProgramSettings& settings, PackedWeights& weights, Program& program);
  void build();

 private:
  using Desc = onednn::Desc;
  using Type = onednn::Type;

  std::size_t add_slot(std::size_t tensor, const Desc& desc);
  std::size_t add_slot_over(std::size_t tensor, const Desc& desc, std::size_t storage);
  /// A tensor in a layout and type; a reorder makes it where it is not there yet.
  std::size_t slot(std::size_t tensor, const Desc& wanted);
  /// The tensor as it is there first, in its type as floats where it is kept in whole numbers.
  std::size_t float_slot(std::size_t tensor);
  /// A copy, a mere handle: slots move as others are added.
  Desc desc(std::size_t slot) const { return program_.slots_[slot].desc; }
  bool is_last_read(std::size_t tensor) const { return readers_[tensor] == 1 && !settings_.keep_all; }
  bool is_whole(Type type) const { return type == Type::u8 || type == Type::s8; }
  float scale_of(std::size_t tensor, Type type) const { return is_whole(type) ? numbers_.tensors[tensor].scale : 1.0f; }
  dnnl::primitive_attr attributes() const;
  void add(const dnnl::primitive_desc_base& pd, dnnl::primitive primitive, std::vector<std::pair<int, std::size_t>> slots,
           onednn::Arguments constants = {});

  void lower(std::size_t number);
  void lower_weighted(std::size_t number, bool in_place);
  void lower_pool(const NetStep& step);
  void lower_element(const NetStep& step);
  void lower_pair(const NetStep& step);
  void lower_concat(const NetStep& step);
  void lower_reshape(const NetStep& step);
  void lower_foreign(const NetStep& step);
  void plan();

  const NetGraph& graph_;
  const ProgramSettings& settings_;
  PackedWeights& weights_;
  Program& program_;
  Numbers numbers_;
  std::vector<std::size_t> readers_;                // steps that still read a tensor
  std::vector<std::vector<std::size_t>> slots_of_;  // by tensor
  std::vector<std::size_t> storage_bytes_;
};

}  // namespace workflow
