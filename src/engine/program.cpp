#include "engine/program.h"

#include <algorithm>
#include <new>
#include <unordered_map>

#include "engine/program_builder.h"

namespace workflow {

using onednn::processor;

struct Program::Call::Block {
  explicit Block(const Program& program);

  std::size_t bytes;
  std::unique_ptr<std::byte[], void (*)(std::byte*)> memory;
  dnnl::stream stream;
  std::vector<std::unordered_map<int, dnnl::memory>> arguments;  // by command

  void* at(const Program& program, std::size_t slot) {
    return memory.get() + program.offsets_[program.slots_[slot].storage];
  }
};

namespace {

constexpr std::size_t page = 4096;

std::byte* allocate(std::size_t bytes) { return static_cast<std::byte*>(::operator new(bytes, std::align_val_t(page))); }

void release(std::byte* memory) { ::operator delete(memory, std::align_val_t(page)); }

}  // namespace

Program::Call::Block::Block(const Program& program)
    : bytes(std::max(program.bytes_, page)), memory(allocate(bytes), release), stream(processor()) {
  for (const Command& command : program.commands_) {
    auto& all = arguments.emplace_back();
    if (command.foreign) continue;
    for (const auto& [argument, slot] : command.slots)
      all.emplace(argument, dnnl::memory(program.slots_[slot].desc, processor(), at(program, slot)));
    for (const auto& [argument, constant] : command.constants) all.emplace(argument, constant);
    if (command.scratch.get_size() > 0)
      all.emplace(DNNL_ARG_SCRATCHPAD, dnnl::memory(command.scratch, processor(), memory.get() + program.scratch_offset_));
  }
}

Program::Program(const NetGraph& graph, const ProgramSettings& settings, PackedWeights& weights) {
  ProgramBuilder(graph, settings, weights, *this).build();
}

Program::~Program() = default;

Program::Call::Call(const Program& program) : program_(program) {
  {
    const std::lock_guard lock(program.mutex_);
    if (!program.free_.empty()) {
      block_ = std::move(program.free_.back());
      program.free_.pop_back();
    }
  }
  if (!block_) block_ = std::make_unique<Block>(program);
}

Program::Call::~Call() {
  const std::lock_guard lock(program_.mutex_);
  program_.free_.push_back(std::move(block_));
}

std::span<float> Program::Call::input() {
  const std::size_t length = program_.slots_[program_.input_].desc.get_size() / sizeof(float);
  return {static_cast<float*>(block_->at(program_, program_.input_)), length};
}

void Program::Call::run() {
  std::vector<PlainTensor> inputs;
  for (std::size_t i = 0; i < program_.commands_.size(); ++i) {
    const Command& command = program_.commands_[i];
    if (!command.foreign) {
      command.primitive.execute(block_->stream, block_->arguments[i]);
      continue;
    }
    inputs.clear();
    const auto tensor = [&](std::size_t slot, const Shape& shape) {
      return PlainTensor{static_cast<float*>(block_->at(program_, slot)), &shape};
    };
    for (std::size_t k = 0; k < command.inputs.size(); ++k) inputs.push_back(tensor(command.inputs[k], command.shapes[k]));
    command.foreign(inputs, tensor(command.output, command.shapes.back()));
  }
}

std::span<const float> Program::Call::output(std::size_t number) const {
  const std::size_t slot = program_.outputs_.at(number);
  return {static_cast<const float*>(block_->at(program_, slot)), program_.slots_[slot].desc.get_size() / sizeof(float)};
}

std::vector<float> Program::Call::tensor(std::size_t number) const {
  const std::size_t slot = program_.kept_.at(number);
  const auto* from = static_cast<const float*>(block_->at(program_, slot));
  return {from, from + program_.slots_[slot].desc.get_size() / sizeof(float)};
}

}  // namespace workflow
