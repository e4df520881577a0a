#pragma once

#include <vector>

#include "catch.h"
#include "run_once.h"
#include "workflow/graph/graph.h"
#include "workflow/graph/operators.h"

// What the tests of every operator ask.
namespace checks {

/// The code of the Error that a call throws; fails the test where it throws none.
inline workflow::ErrorCode error_of(auto&& call) {
  try {
    call();
  } catch (const workflow::Error& error) {
    CHECK(std::string_view(error.what()).substr(0, std::string_view(error.what()).find('\n')).size() <= 200);
    return error.code();
  }
  FAIL("wanted an Error, nothing was thrown");
  throw;
}

/// Settings as JSON text and back are the same settings, and the list of operators knows the kind.
template <class Op>
void json_round_trip(const Op& op) {
  workflow::check_settings(op);
  const workflow::Json json = workflow::settings_to_json(op);
  CHECK(workflow::settings_to_json(workflow::settings_from_json<Op>(workflow::Json::parse(json.dump()))) == json);
  CHECK(workflow::Operators::standard().find(Op::kind) != nullptr);
}

/// Settings that no step may have.
template <class Op>
void refused(const Op& op) {
  CHECK(error_of([&] { workflow::check_settings(op); }) == workflow::ErrorCode::InvalidSetting);
}

/// An operator that gives a list's items, one level down.
template <class T>
inline constexpr auto spread = [](const std::vector<T>& list) { return list; };

}  // namespace checks
