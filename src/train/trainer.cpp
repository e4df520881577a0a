#include "workflow/train/trainer.h"

#include "train/head_method.h"

namespace workflow {

Trainer Trainer::head(Embedder trunk, HeadOptions options) {
  return Trainer(std::make_shared<const HeadMethod>(std::move(trunk), std::move(options)));
}

void Trainer::on_epoch(EpochCallback callback) { on_epoch_ = std::move(callback); }

Trained Trainer::fit(const Dataset& train, const Dataset& held_out) const {
  return method_->fit(train, held_out, on_epoch_);
}

}  // namespace workflow
