#include "workflow/app/app.h"

#include "app/store.h"
#include "catch.h"
#include "temporary_folder.h"
#include "workflow/base/error.h"

using namespace workflow;

TEST_CASE("A new app is empty, and opening its folder again gives the same one") {
  const TemporaryFolder folder;
  const App app = App::open(folder / "deep/app");
  CHECK(app.count(Status::Success) == 0);
  CHECK(&App::open(folder / "deep/app").store() == &app.store());
  CHECK(&App::from_json(app.to_json()).store() == &app.store());
}

TEST_CASE("A graph's JSON opens no app that is not there") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(App::from_json(Json(folder / "none")), Catch::Contains("there is no app in this folder"));
  CHECK_FALSE(std::filesystem::exists(folder / "none"));
}
