#include "workflow/app/app.h"

#include "app/store.h"
#include "workflow/graph/effect.h"
#include "workflow/base/error.h"

namespace workflow {

App App::open(const std::string& folder, const AppOptions& options) { return App(Store::open(folder, options, true)); }

std::string App::folder() const { return store_ ? store_->folder() : ""; }

Store& App::store() const {
  if (!store_) throw Error(ErrorCode::InvalidSetting, "app", "wanted an app, got none; give it App::open(folder)");
  return *store_;
}

std::size_t App::count(Status status) const {
  return store().read([&](Database& db) {
    Query query = db.query("SELECT count(*) FROM annotations WHERE status = ?", static_cast<int>(status));
    query.next();
    return static_cast<std::size_t>(query.integer(0));
  });
}

namespace {

class AppOutlet final : public Outlet {
 public:
  explicit AppOutlet(std::shared_ptr<Store> store) : store_(std::move(store)) {}

  void commit(std::span<const std::vector<std::any>> effects) override {
    store_->write([&](Writing& to) {
      for (const std::vector<std::any>& of_input : effects)
        for (const std::any& effect : of_input) std::any_cast<const AppEffect&>(effect)(to);
    });
  }

  const void* place() const override { return store_.get(); }

 private:
  std::shared_ptr<Store> store_;
};

}  // namespace

std::shared_ptr<Outlet> App::outlet() const {
  static_cast<void>(store());
  return std::make_shared<AppOutlet>(store_);
}

Json App::to_json() const { return store_ ? Json(store_->folder()) : Json(); }

App App::from_json(const Json& json) {
  if (json.is_null()) return {};
  if (!json.is_string())
    throw Error(ErrorCode::InvalidSetting, "app", "wanted the folder of an app, got " + std::string(json.type_name()));
  return App(Store::open(json.string(), {}, false));
}

}  // namespace workflow
