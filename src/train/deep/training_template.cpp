#include "workflow/train/training_template.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/in_quotes.h"
#include "base/nearest.h"
#include "train/deep/recipe.h"
#include "workflow/base/error.h"

namespace workflow {

std::string Hyperparameter::type() const {
  if (otherwise.is_integer()) return "integer";
  if (otherwise.is_number()) return "number";
  return otherwise.is_boolean() ? "flag" : "text";
}

std::string Hyperparameter::range() const {
  if (otherwise.is_number()) return fmt::format("{}..{}", least, most);
  return fmt::format("{}", fmt::join(choices, ", "));
}

const std::string& TrainingTemplate::name() const { return recipe_->name; }
std::string TrainingTemplate::kind() const { return recipe_->name.substr(0, recipe_->name.find('/')); }
const std::string& TrainingTemplate::description() const { return recipe_->description; }
const std::vector<Hyperparameter>& TrainingTemplate::hyperparameters() const { return recipe_->hyperparameters; }

Json TrainingTemplate::checked(std::string_view wanted, const Json& value) const {
  const auto found = std::ranges::find(hyperparameters(), wanted, &Hyperparameter::name);
  if (found == hyperparameters().end()) {
    std::vector<std::string_view> names;
    for (const Hyperparameter& each : hyperparameters()) names.push_back(each.name);
    throw Error(ErrorCode::InvalidSetting, name(),
                fmt::format("it has no hyperparameter {}{}", in_quotes(wanted), did_you_mean(wanted, names)));
  }
  const auto refuse = [&](const std::string& what) {
    throw Error(ErrorCode::InvalidSetting, name(),
                fmt::format("{}: wanted {}, got {}", found->name, what, value.dump().substr(0, 60)));
  };
  const Json& otherwise = found->otherwise;
  if (otherwise.is_number()) {
    const std::string range = fmt::format("{} from {} to {}", otherwise.is_integer() ? "a whole number" : "a number",
                                          found->least, found->most);
    if (!value.is_number() || !(value.number() >= found->least && value.number() <= found->most)) refuse(range);
    if (!otherwise.is_integer()) return Json(value.number());
    if (!value.is_integer() && value.number() != std::floor(value.number())) refuse(range);
    return Json(static_cast<std::int64_t>(value.number()));
  }
  if (otherwise.is_boolean()) {
    if (!value.is_boolean()) refuse("true or false");
    return value;
  }
  if (!value.is_string()) refuse("a text");
  if (!found->choices.empty() && std::ranges::find(found->choices, value.string()) == found->choices.end())
    refuse("one of " + found->range());
  return value;
}

Json TrainingTemplate::schema() const {
  Json properties = Json::object();
  for (const Hyperparameter& each : hyperparameters()) {
    Json property = Json::object();
    const std::string type = each.type();
    property["type"] = type == "flag" ? "boolean" : type == "text" ? "string" : type;
    property["description"] = each.description;
    property["default"] = each.otherwise;
    if (type == "integer") {
      property["minimum"] = static_cast<std::int64_t>(each.least);
      property["maximum"] = static_cast<std::int64_t>(each.most);
    } else if (type == "number") {
      property["minimum"] = each.least;
      property["maximum"] = each.most;
    }
    if (!each.choices.empty()) {
      Json list = Json::array();
      for (const std::string& choice : each.choices) list.push_back(choice);
      property["enum"] = std::move(list);
    }
    properties[each.name] = std::move(property);
  }
  return Json::object({{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                       {"title", name()},
                       {"description", description()},
                       {"type", "object"},
                       {"properties", std::move(properties)},
                       {"additionalProperties", false}});
}

std::string TrainingTemplate::describe() const {
  std::string text = fmt::format("{}: {}\n", name(), description());
  for (const Hyperparameter& each : hyperparameters()) {
    const std::string range = each.range();
    text += fmt::format("  {:<18} {}{}{}, default {}\n  {:<18} {}\n", each.name, each.type(), range.empty() ? "" : " ", range,
                        each.otherwise.dump(), "", each.description);
  }
  return text;
}

TrainingTemplate Catalogue::training_template(std::string_view wanted) const {
  for (const auto& recipe : recipes())
    if (recipe->name == wanted) return TrainingTemplate(recipe, *this);
  const std::string near = nearest_name(wanted, training_templates());
  throw Error(ErrorCode::NotFound, "training_template",
              fmt::format("there is no template {}{}", in_quotes(wanted),
                          near.empty() ? "; training_templates() names them" : fmt::format("; nearest: \"{}\"", near)));
}

std::vector<std::string> Catalogue::training_templates() {
  std::vector<std::string> names;
  for (const auto& recipe : recipes()) names.push_back(recipe->name);
  return names;
}

HyperparameterValues::HyperparameterValues(const std::vector<Hyperparameter>& all) {
  for (const Hyperparameter& each : all) values_[each.name] = each.otherwise;
}

}  // namespace workflow
