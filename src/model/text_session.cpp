#include "model/session.h"
#include "model/text/sessions.h"

namespace workflow {

std::shared_ptr<const Session> open_text_session(const TextSessionSettings& settings, const Weights& weights,
                                                 const Device& device) {
  if (settings.architecture == "ngram-mlp") return open_ngram_session(settings, weights);
  if (settings.architecture == "word-mean") return open_word_session(settings, weights);
  return open_token_session(settings, weights, device);
}

}  // namespace workflow
