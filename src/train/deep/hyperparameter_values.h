#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/train/training_template.h"

namespace workflow {

/// A value for each hyperparameter of a template: what was set, else its own.
class HyperparameterValues {
 public:
  explicit HyperparameterValues(const std::vector<Hyperparameter>& all);

  /// The value as TrainingTemplate::checked gave it.
  void set(std::string_view name, Json value) { values_[name] = std::move(value); }

  /// Asking for what the template does not have is a mistake of ours and throws Error (NotFound).
  std::int64_t integer(std::string_view name) const { return values_.at(name).integer(); }
  double number(std::string_view name) const { return values_.at(name).number(); }
  bool flag(std::string_view name) const { return values_.at(name).boolean(); }
  const std::string& text(std::string_view name) const { return values_.at(name).string(); }
  bool has(std::string_view name) const { return values_.contains(name); }

  const Json& json() const { return values_; }

 private:
  Json values_ = Json::object();
};

}  // namespace workflow
