#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace workflow {

/// Finds every piece of a vocabulary that begins at a place of a text. Bytes are its edges; the children of a node lie
/// side by side, so that one memchr finds the next. Const use is thread-safe.
class PieceTrie {
 public:
  /// The number of a piece is its place in the list; an empty one is never found, of two equal ones the later is.
  explicit PieceTrie(const std::vector<std::string>& pieces);

  /// Calls visit(length in bytes, number) for each piece that `text` begins with, the shortest first.
  template <class Visit>
  void match(std::string_view text, Visit&& visit) const {
    std::uint32_t node = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const Node& at = nodes_[node];
      const void* const edge = std::memchr(edges_.data() + at.first, static_cast<unsigned char>(text[i]), at.children);
      if (!edge) return;
      node = static_cast<std::uint32_t>(static_cast<const std::uint8_t*>(edge) - edges_.data());
      if (nodes_[node].number >= 0) visit(i + 1, nodes_[node].number);
    }
  }

 private:
  struct Node {
    std::uint32_t first = 0;  // of its children
    std::uint32_t children = 0;
    std::int32_t number = -1;
  };

  std::vector<Node> nodes_;
  std::vector<std::uint8_t> edges_;  // edges_[n] leads to node n
};

}  // namespace workflow
