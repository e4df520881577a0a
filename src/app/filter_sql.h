#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/database.h"
#include "workflow/app/search.h"

namespace workflow {

/// A filter as a condition on a row of inputs called `i`, with the values of its parameters, which stand as ?N from `first`
/// on. Throws Error (InvalidSetting) for a metadata member that cannot be asked for.
class FilterSql {
 public:
  FilterSql(const SearchFilter& filter, int first);

  const std::string& condition() const { return condition_; }
  void bind(Query& query) const;

 private:
  std::string parameter(Json value);
  void add(const std::string& condition);
  std::string with_concept(const std::string& name, const std::string& counts);
  std::string where_equal(const std::string& member, const Json& value);

  int first_;
  std::string condition_ = std::string(1, '1');  // true, and more conditions after it
  std::vector<Json> values_;
};

}  // namespace workflow
