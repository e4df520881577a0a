#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace workflow {

/// A tensor's element type, as safetensors names it.
enum class DType { Bool, U8, I8, I16, I32, I64, F16, BF16, F32, F64 };

std::size_t size_of(DType type);                          ///< bytes of one element
std::string_view name_of(DType type);                     ///< "F32"
std::optional<DType> dtype_named(std::string_view name);  ///< none for a name that is not in the list above

/// Bytes of a tensor: 1 element for the empty shape. None where a length is negative, or where the product goes beyond
/// 63 bits even when lengths of 0 are left out, as strides are computed that way.
std::optional<std::uint64_t> byte_count(const std::vector<std::int64_t>& shape, std::size_t element_size);
std::string shape_text(const std::vector<std::int64_t>& shape);  ///< "[64,3,3,3]"

/// A named tensor over somebody's bytes: row-major, little endian.
struct TensorView {
  std::string name;
  DType dtype = DType::F32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> data;  ///< exactly as long as shape and type say; at any address, aligned or not
};

/// The tensors of a file. `storage` keeps their bytes alive (a mapped file, a buffer); copies share it.
struct Weights {
  std::vector<TensorView> tensors = {};
  std::map<std::string, std::string> metadata = {};
  std::shared_ptr<const void> storage = {};
  std::span<const std::byte> program = {};  ///< a TorchScript program, whole, instead of tensors

  const TensorView* find(std::string_view name) const;
};

/// Maps a safetensors file. Every field of its header is checked against the file's size before it is used; the data
/// is not read before somebody looks at it. Throws Error: NotFound, or Unreadable with file, tensor, wanted, got.
/// The format: header length as little-endian u64, JSON header, raw data (huggingface/safetensors).
Weights read_safetensors(const std::string& file);

/// The same over bytes in memory, which `storage` keeps alive. `name` is what an error calls them.
Weights parse_safetensors(std::span<const std::byte> bytes, const std::string& name,
                          std::shared_ptr<const void> storage = {});

/// Writes a safetensors file aside and renames it; the data is laid out so that every tensor is aligned in the file.
/// Throws Error: InvalidValue for tensors that no reader would take (a name used twice or not UTF-8, bytes that do not
/// fit the shape), Failed where the disk refuses; then it leaves no half of the file behind.
void write_safetensors(const std::string& file, const Weights& weights);

/// What write_safetensors would write, in memory. `name` is what an error calls it.
std::vector<std::byte> safetensors_bytes(const std::string& name, const Weights& weights);

/// Maps what torch.save() wrote of a state dict: a dict or an OrderedDict of tensors, alone, as "state_dict" (or
/// "model_state_dict", "model", "net", "weights") beside other things, or as the one entry of a dict; from the CPU or a GPU,
/// in the zip format or the one before PyTorch 1.6. What is no tensor is left out; names lose DataParallel's "module.".
/// Tensors that lie row-major are not copied. Nothing in the file is run: see PickleReader.
/// Throws Error: NotFound, or Unreadable with file, tensor, wanted, got.
Weights read_pth(const std::string& file);

/// The same over bytes in memory, which `storage` keeps alive.
Weights parse_pth(std::span<const std::byte> bytes, const std::string& name, std::shared_ptr<const void> storage = {});

/// Whether a file begins as one of torch.save() does.
bool is_pth(std::span<const std::byte> bytes);

/// Whether a file is a TorchScript program: a zip archive with constants.pkl in its folder.
bool is_torchscript(std::span<const std::byte> bytes);

/// read_safetensors or read_pth, whichever the file's first bytes ask for; a TorchScript program as it is.
Weights read_weights(const std::string& file);

/// The same over bytes in memory, which `storage` keeps alive.
Weights parse_weights(std::span<const std::byte> bytes, const std::string& name, std::shared_ptr<const void> storage = {});

/// Reads TensorFlow.js weights: a manifest (a bare list of groups, or a model.json with `weightsManifest`) and the
/// shards that it names, beside it. uint8, uint16 and float16 quantisation are undone: floats come as F32, integers as
/// I32, bool and uint8 as they are. Throws Error as read_safetensors does; a shard outside the manifest's folder is refused.
Weights read_tfjs(const std::string& manifest_file);

/// The same with the shards' bytes, concatenated group by group, in memory.
Weights parse_tfjs(std::string_view manifest, std::span<const std::byte> shards, const std::string& name);

}  // namespace workflow
