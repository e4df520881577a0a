#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "weights/weights.h"

namespace workflow {

/// A value out of a pickle. References among them may form circles: follow them to a bounded depth only.
struct Pickled {
  enum class Kind {
    None,
    Bool,     ///< `integer`
    Int,      ///< `integer`
    Number,   ///< `number`
    Text,     ///< `text`: a string, bytes, or an integer beyond 64 bits as its bytes
    List,     ///< `items`
    Tuple,    ///< `items`
    Dict,     ///< `items`: key, value, key, value
    Storage,  ///< `text`: its key; `integer`: elements; `dtype`; `begin`: the first one that counts
    Tensor,   ///< `items`: storage, offset, shape, strides, all checked for their kinds
    Global,   ///< `integer`: which of the allowed ones
    Other,    ///< something that tells nothing here: a device, an element type
  };

  Kind kind = Kind::None;
  DType dtype = DType::F32;
  std::int64_t integer = 0;
  std::int64_t begin = 0;
  double number = 0;
  std::string_view text = {};
  std::vector<const Pickled*> items = {};

  /// The value of a Dict's key; null where there is none.
  const Pickled* find(std::string_view key) const;
};

/// Reads pickles (protocols 2 to 5) as PyTorch writes them, and nothing but data out of them: containers, numbers, text
/// and the tensors' places. No opcode and no global outside a fixed list is followed, nothing is imported, called or run.
/// There are at most 2 million values in at most 64 MB, however often one is named again, so that memory is bounded.
/// The bytes must outlive the values, which the reader owns. One thread at a time.
class PickleReader {
 public:
  PickleReader(std::span<const std::byte> bytes, std::string file) : bytes_(bytes), file_(std::move(file)) {}

  /// The next pickle of the bytes. Throws Error (Unreadable) that names the opcode or the global that is not allowed.
  const Pickled* read();

  /// Of the storages that were named so far, by their keys: bytes of one element.
  const std::unordered_map<std::string_view, std::size_t>& element_sizes() const { return element_sizes_; }

  /// Where the next pickle, or whatever follows, begins.
  std::size_t position() const { return at_; }

 private:
  using Value = Pickled*;

  [[noreturn]] void fail(std::string_view what) const;
  std::uint64_t number(int bytes);
  std::string_view text(std::uint64_t length);
  std::string_view line();
  Value make(Pickled::Kind kind);
  Value make_text(std::string_view text);
  Value make_int(std::int64_t value);
  void push(Value value) { stack_.push_back(value); }
  Value pop();
  std::vector<const Pickled*> pop_to_mark();
  void remember(std::uint64_t place);
  void recall(std::uint64_t place);
  bool step(unsigned char opcode);
  void global(std::string_view module, std::string_view name);
  void tuple(std::size_t length);
  void append(std::vector<const Pickled*> items);
  void set(std::vector<const Pickled*> items);
  void long_integer();
  void persistent();
  void reduce();
  void build();
  Value tensor(const Pickled& arguments, std::size_t least);

  std::span<const std::byte> bytes_;
  std::string file_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;     // of the bytes that the pickle may have
  std::size_t copied_ = 0;  // items
  std::deque<Pickled> values_;
  std::vector<Value> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, Value> memo_;
  std::unordered_map<std::string_view, std::size_t> element_sizes_;
};

}  // namespace workflow
