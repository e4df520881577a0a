#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "weights/weights.h"

namespace workflow {

/// The bytes of PyTorch's storages by their keys.
using Storages = std::unordered_map<std::string_view, std::span<const std::byte>>;

/// The state dict that a pickle describes, over the storages, which `storage` keeps alive as it does the pickle. Tensors
/// that do not lie row-major are copied, as long as the copies take no more than `most_copied` bytes.
/// Throws Error as parse_pth does.
Weights parse_pickle(std::span<const std::byte> pickle, const Storages& storages, std::size_t most_copied,
                     const std::string& name, std::shared_ptr<const void> storage = {});

}  // namespace workflow
