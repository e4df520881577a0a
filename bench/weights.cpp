// From a file of torch.save() to tensors in memory, against reading the same file whole with read(2), in turns.
#include "weights/weights.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "workflow/base/error.h"

using namespace workflow;

namespace {

template <class Work>
double milliseconds(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

void read_whole(const std::string& file, std::vector<std::byte>& to) {
  const int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  for (std::size_t at = 0; at < to.size();) {
    const ssize_t count = ::read(opened, to.data() + at, to.size() - at);
    if (count <= 0) throw Error(ErrorCode::Unreadable, "bench", file);
    at += static_cast<std::size_t>(count);
  }
  ::close(opened);
}

// What loading a net does: every tensor's bytes go where the net wants them.
void read_tensors(const std::string& file, std::vector<std::byte>& to) {
  std::size_t at = 0;
  const Weights weights = read_pth(file);
  for (const TensorView& tensor : weights.tensors) {
    std::memcpy(to.data() + at, tensor.data.data(), tensor.data.size());
    at += tensor.data.size();
  }
}

}  // namespace

int main() {
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("workflow-bench-{}", ::getpid());
  std::filesystem::create_directories(folder);
  const std::string make =
      "/usr/bin/python3 -c \"import torch, torchvision; d = torchvision.models.resnet50(weights=None).state_dict(); "
      "torch.save(d, 'zip.pth'); torch.save(d, 'old.pth', _use_new_zipfile_serialization=False)\" 2>/dev/null";
  if (std::system(fmt::format("cd {} && {}", folder.string(), make).c_str()) != 0) {
    fmt::print("skipped: /usr/bin/python3 has no torchvision to make a state dict with\n");
    return 0;
  }
  fmt::print("ResNet-50's state dict, medians of 21 pairs, the file in the page cache\n");
  for (const char* name : {"zip.pth", "old.pth"}) {
    const std::string file = (folder / name).string();
    std::vector<std::byte> buffer(std::filesystem::file_size(file));
    std::vector<double> whole, tensors;
    for (int i = 0; i < 21; ++i) {
      whole.push_back(milliseconds([&] { read_whole(file, buffer); }));
      tensors.push_back(milliseconds([&] { read_tensors(file, buffer); }));
    }
    fmt::print("{}: {:.1f} MB, read(2) {:.2f} ms, tensors {:.2f} ms, {:.2f}x (bar 1.2)\n", name,
               static_cast<double>(buffer.size()) / 1e6, median(whole), median(tensors), median(tensors) / median(whole));
  }
  std::filesystem::remove_all(folder);
}
