#include "train/deep/schedule.h"

#include <algorithm>
#include <cmath>

namespace workflow {
namespace {

constexpr double one_cycle_begins_at = 1.0 / 25, one_cycle_ends_at = 1e-4;  // Smith's and fastai's
constexpr int plateau_patience = 3;
constexpr double plateau_factor = 0.1;

// From 1 at 0 to 0 at 1, flat at both ends.
double half_cosine(double share) { return 0.5 * (1 + std::cos(M_PI * std::clamp(share, 0.0, 1.0))); }

}  // namespace

double Schedule::rate(std::int64_t step) const {
  const double at = static_cast<double>(step), all = static_cast<double>(std::max<std::int64_t>(steps_, 1));
  const double rises = settings_.warm_up * all;
  double share = 1;
  if (settings_.schedule == ScheduleKind::OneCycle) {
    if (at < rises)
      share = one_cycle_begins_at + (1 - one_cycle_begins_at) * (1 - half_cosine(at / rises));
    else
      share = one_cycle_ends_at + (1 - one_cycle_ends_at) * half_cosine((at - rises) / std::max(all - rises, 1.0));
  } else {
    if (at < rises)
      share = (at + 1) / (rises + 1);
    else if (settings_.schedule == ScheduleKind::Cosine)
      share = half_cosine((at - rises) / std::max(all - rises, 1.0));
  }
  return settings_.learning_rate * share * factor_;
}

void Schedule::after_epoch(double loss) {
  if (settings_.schedule != ScheduleKind::Plateau) return;
  if (loss < least_ * (1 - 1e-4)) {
    least_ = loss;
    stale_for_ = 0;
  } else if (++stale_for_ > plateau_patience) {
    factor_ *= plateau_factor;
    stale_for_ = 0;
  }
}

Json Schedule::state() const {
  Json state = Json::object({{"factor", factor_}, {"stale_for", stale_for_}});
  if (std::isfinite(least_)) state["least"] = least_;
  return state;
}

void Schedule::restore(const Json& state) {
  factor_ = state.at("factor").number();
  stale_for_ = static_cast<int>(state.at("stale_for").integer());
  if (const Json* least = state.find("least")) least_ = least->number();
}

}  // namespace workflow
