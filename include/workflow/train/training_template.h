#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/base/json.h"
#include "workflow/catalogue/catalogue.h"

namespace workflow {

/// One thing that a template lets its user choose.
struct Hyperparameter {
  std::string name = {};
  Json otherwise = {};  ///< its value where nobody sets it; it also tells the type: whole number, number, flag or text
  double least = 0;     ///< of a number
  double most = 0;
  std::vector<std::string> choices = {};  ///< of a text that is one of these; empty: any text
  std::string description = {};

  std::string type() const;   ///< "integer", "number", "flag", "text"
  std::string range() const;  ///< "16..1024", "sgd, adamw"; empty where there is none
};

struct Recipe;

/// A kind of model that learns in all its layers, with what can be chosen of how it does. Const and thread-safe; a copy
/// costs a pointer.
/// @code
///   TrainingTemplate shape = catalogue.training_template("classification/resnet18");
///   fmt::print("{}", shape.describe());
/// @endcode
class WORKFLOW_EXPORT TrainingTemplate {
 public:
  const std::string& name() const;         ///< "classification/resnet18"
  std::string kind() const;                ///< "classification", "detection", "embedding" or "text"
  const std::string& description() const;  ///< one line

  const std::vector<Hyperparameter>& hyperparameters() const;

  /// The value that a hyperparameter takes where `value` is set: a whole number for a number, for example. Throws Error
  /// (InvalidSetting) for a name that is not there, with the nearest one, another type, or a value out of its range.
  Json checked(std::string_view hyperparameter, const Json& value) const;

  /// The hyperparameters as a JSON schema (draft 2020-12).
  Json schema() const;

  /// A text for people: a line or two for each hyperparameter.
  std::string describe() const;

  /// Its parts; opaque to hosts.
  const std::shared_ptr<const Recipe>& recipe() const { return recipe_; }
  const Catalogue& catalogue() const { return catalogue_; }

 private:
  friend class Catalogue;
  TrainingTemplate(std::shared_ptr<const Recipe> recipe, Catalogue catalogue)
      : recipe_(std::move(recipe)), catalogue_(std::move(catalogue)) {}

  std::shared_ptr<const Recipe> recipe_;
  Catalogue catalogue_;  // where pre-trained weights come from
};

}  // namespace workflow
