#pragma once

#include <string>
#include <typeindex>

#include "workflow/base/export.h"

namespace workflow {

namespace detail {
/// A type's name as a person writes it, without the library's own namespace.
WORKFLOW_EXPORT std::string readable_name(const std::type_info& type);
}  // namespace detail

/// The type of the values that a port carries, where it is known only at run time.
class ValueType {
 public:
  template <class T>
  static ValueType of() {
    static const std::string name = detail::readable_name(typeid(T));
    return {typeid(T), name};
  }

  /// "Region"; of a host's own type its qualified name.
  const std::string& name() const { return *name_; }

  friend bool operator==(const ValueType& a, const ValueType& b) { return a.index_ == b.index_; }

 private:
  ValueType(std::type_index index, const std::string& name) : index_(index), name_(&name) {}

  std::type_index index_;
  const std::string* name_;
};

}  // namespace workflow
