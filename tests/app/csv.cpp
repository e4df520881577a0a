#include "app/csv.h"

#include "catch.h"
#include "workflow/base/error.h"

using namespace workflow;

namespace {

std::vector<std::vector<std::string>> rows_of(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  CsvReader reader(text);
  while (const auto row = reader.next()) rows.push_back(*row);
  return rows;
}

using Rows = std::vector<std::vector<std::string>>;

}  // namespace

TEST_CASE("Fields come apart at commas, rows at line ends of either kind") {
  CHECK(rows_of("a,b\r\n1,2\n,\nlast") == Rows{{"a", "b"}, {"1", "2"}, {"", ""}, {"last"}});
  CHECK(rows_of("").empty());
  CHECK(rows_of("\n") == Rows{{""}});
  CHECK(rows_of("\xef\xbb\xbfid\n") == Rows{{"id"}});
}

TEST_CASE("A field in quotes holds commas, quotes and lines, and comes back as it was") {
  const std::string odd = "a \"b\", c\r\nd";
  CHECK(csv_field(odd) == "\"a \"\"b\"\", c\r\nd\"");
  CHECK(rows_of(csv_field(odd) + ",x\n") == Rows{{odd, "x"}});
  CHECK(rows_of("\"\"\n") == Rows{{""}});
  CHECK(csv_field("plain") == "plain");
}

TEST_CASE("Broken quotes are told") {
  CHECK_THROWS_WITH(rows_of("\"a"), Catch::Contains("does not end"));
  CHECK_THROWS_WITH(rows_of("\"a\"b"), Catch::Contains("wanted a comma"));
  CHECK_THROWS_WITH(rows_of("a\"b\""), Catch::Contains("a quote stands inside"));
}

TEST_CASE("The reader knows on which line a row began") {
  CsvReader reader("a\n\"b\nc\"\nd\n");
  reader.next();
  CHECK(reader.line() == 1);
  reader.next();
  CHECK(reader.line() == 2);
  reader.next();
  CHECK(reader.line() == 4);
}
