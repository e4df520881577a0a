#include "model/head_session.h"

#include <fmt/format.h>

#include "model/decode/decoders.h"
#include "model/head.h"
#include "model/last_pass.h"
#include "model/loaded_model.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

class HeadSession : public Session {
 public:
  HeadSession(const LoadedModel& model, const Device& device)
      : Session(model.spec().name()),
        trunk_(model.trunk()),
        trunk_session_(trunk_->session(device)),
        decode_(make_embedding_decoder(trunk_->spec())),
        head_(model.spec().settings, model.weights(), model.spec().name()) {}

  std::vector<Output> run(std::span<const Image> images) const override {
    return on_trunk(*trunk_outputs(trunk_, trunk_session_, images), images.size());
  }

  std::vector<Output> run(std::span<const Text> texts) const override {
    return on_trunk(*trunk_outputs(trunk_, trunk_session_, texts), texts.size());
  }

  void warm_up() const override { trunk_session_.warm_up(); }

  std::size_t micro_batch() const override { return trunk_session_.micro_batch(); }

  PrecisionReport precision_report() const override { return trunk_session_.precision_report(); }

 private:
  std::vector<Output> on_trunk(const std::vector<Output>& outputs, std::size_t count) const {
    if (count == 0) return {};
    const std::size_t width = head_.outputs();
    Output result{std::vector<float>(count * width), {static_cast<std::int64_t>(count), static_cast<std::int64_t>(width)}};
    for (std::size_t i = 0; i < count; ++i) {
      const Embedding embedding = (*decode_)(outputs, i);
      if (embedding.values.size() != head_.inputs())
        throw Error(ErrorCode::InvalidModel, model(),
                    fmt::format("the head reads {} numbers, its trunk {} gives {}", head_.inputs(), trunk_->spec().name(),
                                embedding.values.size()));
      head_(embedding.values, std::span(result.values).subspan(i * width, width));
    }
    return {std::move(result)};
  }

  std::shared_ptr<const LoadedModel> trunk_;
  const Session& trunk_session_;  // lives as long as trunk_
  std::shared_ptr<const EmbeddingDecoder> decode_;
  Head head_;
};

}  // namespace

std::shared_ptr<const Session> open_head_session(const LoadedModel& head, const Device& device) {
  if (head.trunk()->spec().output != "embedding")
    throw Error(ErrorCode::InvalidModel, head.spec().name(),
                fmt::format("wanted a trunk that gives an embedding, {} gives {}", head.trunk()->spec().name(),
                            head.trunk()->spec().output));
  return std::make_shared<const HeadSession>(head, device);
}

}  // namespace workflow
