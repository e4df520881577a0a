#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weights/weights.h"
#include "workflow/base/error.h"

/// What the tests of weights have in common: bytes from literals and files, and the error that a call ends in.

inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

template <class T>
std::span<const std::byte> bytes_of(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}

template <class T>
std::vector<T> values_of(const workflow::TensorView& tensor) {
  std::vector<T> values(tensor.data.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
  return values;
}

inline void write_file(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The code and the message of what `call` throws; "no error" where it throws nothing.
template <class Call>
std::pair<workflow::ErrorCode, std::string> error_of(Call call) {
  try {
    call();
  } catch (const workflow::Error& error) {
    return {error.code(), error.what()};
  }
  return {workflow::ErrorCode::Failed, "no error"};
}
