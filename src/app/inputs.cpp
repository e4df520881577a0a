#include <fmt/format.h>

#include "app/inputs.h"
#include "app/store.h"
#include "base/in_quotes.h"
#include "workflow/app/app.h"
#include "workflow/base/error.h"

namespace workflow {

void put_input(Writing& to, const Input& input) {
  if (input.id.empty()) throw Error(ErrorCode::InvalidValue, "input", "id: wanted what its source calls it, got an empty name");
  if (input.width < 0 || input.height < 0)
    throw Error(ErrorCode::InvalidValue, "input", fmt::format("wanted a size in pixels, got {} x {}", input.width, input.height));
  if (!input.metadata.is_null() && !input.metadata.is_object())
    throw Error(ErrorCode::InvalidValue, "input", fmt::format("metadata: wanted an object, got {}", input.metadata.type_name()));
  std::optional<std::string> metadata;
  if (!input.metadata.is_null()) metadata = input.metadata.dump();
  to.db.change("UPDATE inputs SET width = ?, height = ?, metadata = ? WHERE id = ?", input.width, input.height, metadata, to.input(input.id));
}

Input input_of(const Query& row) {
  return {.id = std::string(row.text(0)),
          .width = static_cast<int>(row.integer(1)),
          .height = static_cast<int>(row.integer(2)),
          .metadata = row.is_null(3) ? Json() : Json::parse(row.text(3))};
}

void App::put(const Input& input) const {
  store().write([&](Writing& to) { put_input(to, input); });
}

Input App::input(const std::string& id) const {
  return store().read([&](Database& db) {
    Query query = db.query("SELECT name, width, height, metadata FROM inputs WHERE name = ?", id);
    if (query.next()) return input_of(query);
    throw Error(ErrorCode::NotFound, "app", fmt::format("there is no input {} in {}", in_quotes(id), in_quotes(folder())));
  });
}

}  // namespace workflow
