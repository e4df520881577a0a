#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string_view>

namespace workflow {

/// A file's bytes, read with every access checked: reading past the end throws PastEnd, which the reader of a format turns
/// into its own "truncated" error.
class ByteView {
 public:
  struct PastEnd : std::out_of_range {
    PastEnd() : std::out_of_range("read past the end") {}
  };

  ByteView() = default;
  explicit ByteView(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::size_t size() const { return bytes_.size(); }
  std::span<const std::uint8_t> bytes() const { return bytes_; }

  std::uint32_t u8(std::size_t at) const { return little(at, 1); }
  std::uint32_t u16le(std::size_t at) const { return little(at, 2); }
  std::uint32_t u24le(std::size_t at) const { return little(at, 3); }
  std::uint32_t u32le(std::size_t at) const { return little(at, 4); }
  std::uint32_t u16be(std::size_t at) const { return big(at, 2); }
  std::uint32_t u32be(std::size_t at) const { return big(at, 4); }

  /// Whether these very bytes stand at `at`; false past the end.
  bool has(std::string_view text, std::size_t at = 0) const {
    if (at > size() || text.size() > size() - at) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (bytes_[at + i] != static_cast<std::uint8_t>(text[i])) return false;
    }
    return true;
  }

  ByteView part(std::size_t at, std::size_t length) const {
    if (at > size() || length > size() - at) throw PastEnd();
    return ByteView(bytes_.subspan(at, length));
  }

 private:
  std::uint32_t little(std::size_t at, std::size_t count) const {
    const auto field = part(at, count).bytes();
    std::uint32_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = value << 8U | field[i];
    return value;
  }

  std::uint32_t big(std::size_t at, std::size_t count) const {
    const auto field = part(at, count).bytes();
    std::uint32_t value = 0;
    for (const std::uint8_t byte : field) value = value << 8U | byte;
    return value;
  }

  std::span<const std::uint8_t> bytes_;
};

}  // namespace workflow
