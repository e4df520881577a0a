#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace workflow {

/// SHA-256 (FIPS 180-4), by OpenSSL. One thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();

  void add(std::span<const std::byte> bytes);

  /// The sum of all that was added, as 64 small hexadecimal digits; nothing may be added afterwards.
  std::string digits();

  static std::string of(std::span<const std::byte> bytes);

  /// Of a whole file. Throws Error as MappedFile does.
  static std::string of_file(const std::string& file, const std::string& place);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace workflow
