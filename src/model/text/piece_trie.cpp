#include "model/text/piece_trie.h"

#include <algorithm>
#include <deque>
#include <numeric>

namespace workflow {

PieceTrie::PieceTrie(const std::vector<std::string>& pieces) {
  std::vector<std::int32_t> sorted(pieces.size());
  std::iota(sorted.begin(), sorted.end(), 0);
  std::erase_if(sorted, [&](std::int32_t number) { return pieces[static_cast<std::size_t>(number)].empty(); });
  const auto piece = [&](std::size_t rank) -> const std::string& { return pieces[static_cast<std::size_t>(sorted[rank])]; };
  std::ranges::stable_sort(sorted, {}, [&](std::int32_t number) { return std::string_view(pieces[static_cast<std::size_t>(number)]); });

  // Breadth first, so that a node's children come one after the other.
  struct Range {
    std::uint32_t node;
    std::size_t begin, end, depth;  // of the sorted pieces that go through the node
  };
  nodes_.emplace_back();
  edges_.push_back(0);
  std::deque<Range> open = {{0, 0, sorted.size(), 0}};
  for (; !open.empty(); open.pop_front()) {
    const Range range = open.front();
    std::size_t at = range.begin;
    for (; at < range.end && piece(at).size() == range.depth; ++at) nodes_[range.node].number = sorted[at];
    nodes_[range.node].first = static_cast<std::uint32_t>(nodes_.size());
    while (at < range.end) {
      const char edge = piece(at)[range.depth];
      const std::size_t begin = at;
      while (at < range.end && piece(at)[range.depth] == edge) ++at;
      open.push_back({static_cast<std::uint32_t>(nodes_.size()), begin, at, range.depth + 1});
      nodes_.emplace_back();
      edges_.push_back(static_cast<std::uint8_t>(edge));
      ++nodes_[range.node].children;
    }
  }
}

}  // namespace workflow
