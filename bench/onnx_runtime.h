#pragma once

#include <dlfcn.h>

#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

/// ONNX Runtime by the C interface of its shared library, without its headers: the places of the few functions that are
/// called in its table, which only ever grows at its end (onnxruntime_c_api.h, struct OrtApi).
class OnnxRuntime {
 public:
  explicit OnnxRuntime(const std::string& library) {
    void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) throw std::runtime_error(dlerror());
    struct Base {
      const void* const* (*api)(std::uint32_t version);
      const char* (*version)();
    };
    const auto base = reinterpret_cast<const Base* (*)()>(dlsym(handle, "OrtGetApiBase"))();
    api_ = base->api(oldest_version);
    version_ = base->version();
    call<create_env>(warnings, "bench", &environment_);
  }

  const std::string& version() const { return version_; }

  /// A net, on a number of threads, for one input `input` and one output `output`.
  class Session {
   public:
    Session(OnnxRuntime& runtime, const std::string& file_bytes, int threads) : runtime_(runtime) {
      void* options = nullptr;
      runtime_.call<create_session_options>(&options);
      runtime_.call<set_optimisation_level>(options, 99);
      runtime_.call<set_intra_op_threads>(options, threads);
      runtime_.call<create_session>(runtime_.environment_, file_bytes.data(), file_bytes.size(), options, &session_);
      runtime_.call<create_cpu_memory_info>(1, 0, &memory_);
    }

    std::vector<float> run(std::span<float> input, const std::vector<std::int64_t>& shape, std::size_t outputs) {
      void* in = nullptr;
      void* out = nullptr;
      runtime_.call<create_tensor_with_data>(memory_, input.data(), input.size_bytes(), shape.data(), shape.size(), 1, &in);
      const char* in_name = "input";
      const char* out_name = "output";
      runtime_.call<run_session>(session_, nullptr, &in_name, &in, std::size_t{1}, &out_name, std::size_t{1}, &out);
      float* values = nullptr;
      runtime_.call<tensor_data>(out, &values);
      std::vector<float> copy(values, values + outputs);
      runtime_.release<release_value>(in);
      runtime_.release<release_value>(out);
      return copy;
    }

   private:
    OnnxRuntime& runtime_;
    void* session_ = nullptr;
    void* memory_ = nullptr;
  };

 private:
  static constexpr std::uint32_t oldest_version = 8;
  static constexpr int warnings = 2;
  enum Place : std::size_t {
    error_message = 2,
    create_env = 3,
    create_session = 8,  // from bytes
    run_session = 9,
    create_session_options = 10,
    set_optimisation_level = 23,
    set_intra_op_threads = 24,
    create_tensor_with_data = 49,
    tensor_data = 51,
    create_cpu_memory_info = 69,
    release_value = 96,
  };

  template <Place place, class... Arguments>
  void call(Arguments... arguments) {
    using Function = void* (*)(Arguments...);
    void* status = reinterpret_cast<Function>(const_cast<void*>(api_[place]))(arguments...);
    if (!status) return;
    using Message = const char* (*)(void*);
    throw std::runtime_error(reinterpret_cast<Message>(const_cast<void*>(api_[error_message]))(status));
  }

  template <Place place>
  void release(void* what) {
    reinterpret_cast<void (*)(void*)>(const_cast<void*>(api_[place]))(what);
  }

  const void* const* api_ = nullptr;
  std::string version_;
  void* environment_ = nullptr;
};

}  // namespace bench
