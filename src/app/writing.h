#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "app/database.h"
#include "workflow/base/json.h"

namespace workflow {

/// A size in pixels; 0 where it is not known.
struct PictureSize {
  int width = 0;
  int height = 0;
};

/// The step that wrote something.
struct WriterKey {
  std::string graph = {};
  std::string version = {};
  std::string step = {};
  auto operator<=>(const WriterKey&) const = default;
};

/// What is written to an app's file in one transaction: the connection, and the ids of names, made where they are new.
/// Ids are remembered from one transaction to the next, as rows of names are never deleted.
class Writing {
 public:
  explicit Writing(Database& database) : db(database) {}

  Database& db;

  /// When the transaction was begun, microseconds since 1970: everything that it writes has one time.
  std::int64_t now = 0;

  std::int64_t input(std::string_view name, PictureSize size = {});
  std::int64_t concept_id(std::string_view name);
  std::int64_t run(std::string_view name);
  std::int64_t writer(const WriterKey& key, std::string_view model, const Json& bands);

  /// To be called where a part was taken back: ids that it made are gone.
  void forget();

 private:
  using Ids = std::map<std::string, std::int64_t, std::less<>>;

  Ids inputs_;
  Ids concepts_;
  Ids runs_;
  std::map<WriterKey, std::int64_t> writers_;
};

/// What an operator hands to App::outlet() for one item: it is called in the transaction that its whole input is written
/// in. Operators of different kinds that write to one app share that transaction.
using AppEffect = std::function<void(Writing&)>;

}  // namespace workflow
