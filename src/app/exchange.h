#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "app/annotation_rows.h"
#include "base/atomic_file.h"

namespace workflow {

/// An input and everything that is said of it: what travels.
struct InputRecord {
  Input input = {};
  std::vector<AnnotationRecord> annotations = {};
};

/// Every input of an app, in the order in which they came.
void each_input(Database& db, const std::function<void(const InputRecord&)>& take);

/// Adds what travelled to an app. An annotation keeps its id where that is free; one that is there already is passed over.
class Restoring {
 public:
  explicit Restoring(Writing& to) : to_(to) {}
  void add(const InputRecord& record);
  std::size_t added() const { return added_; }

 private:
  bool is_there(const Annotation& annotation) const;

  Writing& to_;
  std::size_t added_ = 0;
};

// The formats: each pair is its own inverse. The readers throw Error (Unreadable) with the place.
void write_json_lines(Database& db, AtomicFile& out);
void read_json_lines(std::string_view text, Restoring& into);
void write_coco(Database& db, AtomicFile& out);
void read_coco(std::string_view text, Restoring& into);
void write_csv(Database& db, AtomicFile& out);
void read_csv(std::string_view text, Restoring& into);

}  // namespace workflow
