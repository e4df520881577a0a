#include "train/libtorch/deep/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/in_quotes.h"
#include "base/sip_hash.h"
#include "weights/weights.h"
#include "workflow/base/error.h"
#include "workflow/base/log.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view place = "checkpoint";
constexpr std::size_t kept = 2;

DType dtype_of(const torch::Tensor& tensor) {
  switch (tensor.scalar_type()) {
    case torch::kFloat32:
      return DType::F32;
    case torch::kInt64:
      return DType::I64;
    default:
      throw Error(ErrorCode::Failed, place, "wanted tensors of 32-bit floats or 64-bit integers, as nets have them");
  }
}

// Of every tensor's bytes in turn; a bit that a disk lost would else become a weight.
std::string sum_of(const Weights& weights) {
  std::uint64_t sum = 0;
  for (const TensorView& view : weights.tensors)
    sum = sip_hash({reinterpret_cast<const char*>(view.data.data()), view.data.size()}, sum, view.data.size());
  return fmt::format("{:016x}", sum);
}

std::string difference(const Json& here, const Json& there) {
  for (const auto& [name, value] : here.members()) {
    const Json* other = there.find(name);
    if (!other) return fmt::format("{} is {} here, unknown there", name, value.dump().substr(0, 60));
    if (value == *other) continue;
    if (value.is_object() && other->is_object()) return difference(value, *other);
    return fmt::format("{} is {} here, {} there", name, value.dump().substr(0, 60), other->dump().substr(0, 60));
  }
  return "it has settings that are unknown here";
}

}  // namespace

Checkpoints::Checkpoints(std::string folder, Json identity) : folder_(std::move(folder)), identity_(std::move(identity)) {
  if (folder_.empty()) return;
  std::error_code fault;
  fs::create_directories(folder_, fault);
  if (fault) throw Error(ErrorCode::Failed, place, fmt::format("cannot make the folder {}: {}", in_quotes(folder_), fault.message()));
  // What a killed training was about to write.
  for (const auto& entry : fs::directory_iterator(folder_, fault))
    if (const std::string name = entry.path().filename().string(); name.starts_with(".workflow-") && name.ends_with(".tmp"))
      fs::remove(entry.path(), fault);
}

std::vector<std::string> Checkpoints::files(const std::string& kind) const {
  std::vector<std::string> found;
  std::error_code fault;
  for (const auto& entry : fs::directory_iterator(folder_, fault))
    if (const std::string name = entry.path().filename().string(); name.starts_with(kind) && name.ends_with(".safetensors"))
      found.push_back(name);
  std::ranges::sort(found, std::greater());
  return found;
}

void Checkpoints::write_file(const std::string& name, const NamedTensors& tensors, const Json& progress) const {
  Weights weights;
  std::vector<torch::Tensor> storage;
  for (const auto& [key, tensor] : tensors) {
    storage.push_back(tensor.detach().to(torch::kCPU).contiguous());
    const torch::Tensor& plain = storage.back();
    weights.tensors.push_back({key, dtype_of(plain), plain.sizes().vec(),
                               {static_cast<const std::byte*>(plain.data_ptr()), static_cast<std::size_t>(plain.nbytes())}});
  }
  weights.metadata["training"] = identity_.dump();
  weights.metadata["progress"] = progress.dump();
  weights.metadata["sum"] = sum_of(weights);
  write_safetensors((fs::path(folder_) / name).string(), weights);
}

void Checkpoints::write(std::int64_t step, const NamedTensors& tensors, const Json& progress) {
  if (folder_.empty()) return;
  write_file(fmt::format("checkpoint-{:010}.safetensors", step), tensors, progress);
  drop_old();
}

void Checkpoints::write_best(int epoch, const NamedTensors& tensors) {
  if (!folder_.empty()) write_file(fmt::format("best-{:06}.safetensors", epoch), tensors, Json::object({{"epoch", epoch}}));
}

void Checkpoints::drop_old() const {
  const std::vector<std::string> all = files("checkpoint-");
  std::error_code fault;
  for (std::size_t i = kept; i < all.size(); ++i) fs::remove(fs::path(folder_) / all[i], fault);
  // One best for the last checkpoint, and one for that before, which may name an older one.
  const std::vector<std::string> bests = files("best-");
  for (std::size_t i = kept; i < bests.size(); ++i) fs::remove(fs::path(folder_) / bests[i], fault);
}

ReadCheckpoint Checkpoints::read_file(const std::string& file) const {
  ReadCheckpoint read;
  read.weights = read_safetensors((fs::path(folder_) / file).string());
  const auto& metadata = read.weights.metadata;
  for (const char* name : {"training", "progress", "sum"})
    if (!metadata.contains(name))
      throw Error(ErrorCode::Unreadable, place, fmt::format("{} is no checkpoint: it has no {}", in_quotes(file), name));
  if (metadata.at("sum") != sum_of(read.weights))
    throw Error(ErrorCode::Unreadable, place, fmt::format("{} is not what was written: its sum differs", in_quotes(file)));
  const Json identity = Json::parse(metadata.at("training"));
  if (identity != identity_)
    throw Error(ErrorCode::Conflict, place,
                fmt::format("{} holds another training: {}; give this one a folder of its own", in_quotes(folder_),
                            difference(identity_, identity)));
  read.progress = Json::parse(metadata.at("progress"));
  return read;
}

std::optional<ReadCheckpoint> Checkpoints::last(std::vector<std::string>& notes) const {
  if (folder_.empty()) return std::nullopt;
  std::string broken;
  for (const std::string& name : files("checkpoint-")) {
    try {
      ReadCheckpoint read = read_file(name);
      if (!broken.empty()) {
        notes.push_back(fmt::format("{}; training went on from {}", broken, name));
        log(LogLevel::Warning, fmt::format("[checkpoint] {}", notes.back()));
      }
      return read;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::Unreadable) throw;
      broken += (broken.empty() ? "" : "; ") + fmt::format("{} is broken ({})", name, error.text());
    }
  }
  if (broken.empty()) return std::nullopt;
  throw Error(ErrorCode::Unreadable, place,
              fmt::format("no checkpoint in {} is whole; remove them to begin anew\n{}", in_quotes(folder_), broken));
}

std::optional<ReadCheckpoint> Checkpoints::best(int epoch) const {
  if (folder_.empty()) return std::nullopt;
  return read_file(fmt::format("best-{:06}.safetensors", epoch));
}

void restore(const NamedTensors& tensors, const ReadCheckpoint& from) {
  const torch::NoGradGuard no_gradient;
  for (const auto& [name, into] : tensors) {
    const TensorView* view = from.weights.find(name);
    if (!view || view->shape != into.sizes().vec() || view->dtype != dtype_of(into))
      throw Error(ErrorCode::Unreadable, place, fmt::format("wanted the tensor {} as this training has it", in_quotes(name)));
    auto tensor = torch::empty(view->shape, into.scalar_type());
    if (!view->data.empty()) std::memcpy(tensor.data_ptr(), view->data.data(), view->data.size());
    torch::Tensor to = into;
    to.detach().copy_(tensor);
  }
}

}  // namespace workflow
