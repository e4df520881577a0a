#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/net_graph.h"
#include "engine/onednn.h"
#include "engine/packed_weights.h"
#include "workflow/base/precision.h"

namespace workflow {

/// The least and the most that a tensor held.
struct TensorRange {
  float least = 0;
  float most = 0;
};

struct ProgramSettings {
  Precision precision = Precision::Float32;
  std::vector<TensorRange> ranges = {};  ///< Int8: of every tensor of the graph, as calibration measured them
  bool keep_all = false;                 ///< every tensor can be read after a run, for calibration
};

/// A fused net compiled to oneDNN's primitives for one input shape and for the calling thread's number of OpenMP
/// threads: layouts chosen once and kept between layers, every tensor at a fixed place of one block of memory.
/// Thread-safe: each call runs in a block of its own, and blocks are kept for the calls that come.
class Program {
 public:
  /// `weights` are the net's, shared by its programs of one precision. Throws dnnl::error where oneDNN lacks a step.
  Program(const NetGraph& graph, const ProgramSettings& settings, PackedWeights& weights);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// One call's memory. It returns to its program when it goes.
  class Call {
   public:
    explicit Call(const Program& program);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    /// The input, to be written before run(): [N, H, W, C] or [N, C, H, W], as the program says.
    std::span<float> input();
    const std::vector<Shape>& output_shapes() const { return program_.output_shapes_; }
    void run();
    /// An output, row-major.
    std::span<const float> output(std::size_t number) const;
    /// Any tensor, row-major; of a program that keeps all.
    std::vector<float> tensor(std::size_t number) const;

   private:
    struct Block;
    friend class Program;
    const Program& program_;
    std::unique_ptr<Block> block_;
  };

  bool takes_channels_last() const { return takes_channels_last_; }

 private:
  friend class ProgramBuilder;

  struct Slot {
    onednn::Desc desc;
    std::size_t storage = 0;
  };
  struct Command {
    dnnl::primitive primitive = {};
    std::vector<std::pair<int, std::size_t>> slots = {};
    onednn::Arguments constants = {};
    onednn::Desc scratch = {};
    // Where it is a step that oneDNN does not know:
    std::function<void(std::span<const PlainTensor>, const PlainTensor&)> foreign = {};
    std::vector<std::size_t> inputs = {};  // slots, of shapes
    std::size_t output = 0;
    std::vector<Shape> shapes = {};  // of the inputs, then of the output
  };

  std::vector<Slot> slots_;
  std::vector<Command> commands_;
  std::vector<std::size_t> offsets_;  // of the storages
  std::size_t bytes_ = 0;             // of a block, scratch included
  std::size_t scratch_offset_ = 0;
  std::size_t input_ = 0;  // slots
  std::vector<std::size_t> outputs_;
  std::vector<std::size_t> kept_;  // the first slot of each tensor
  std::vector<Shape> output_shapes_;
  bool takes_channels_last_ = false;

  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Call::Block>> free_;
};

}  // namespace workflow
