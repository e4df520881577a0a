#include "workflow/train/report.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "catch.h"
#include "made_trunk.h"
#include "run_once.h"
#include "temporary_folder.h"
#include "train/evaluate.h"
#include "workflow/train/trainer.h"

using namespace workflow;
using Catch::Contains;

namespace {

// Three inputs right, one wrong, one unknown; a concept's name that HTML must not take for its own.
Report small_report() {
  auto predictions = std::make_shared<Predictions>();
  predictions->ids = {"a", "b", "c", "d", "e"};
  predictions->concepts = {"cat", "</script><b>dog"};
  predictions->scores = {0.9f, 0.1f, 0.8f, 0.2f, 0.3f, 0.7f, 0.6f, 0.4f, 0.5f, 0.5f};
  predictions->truths = {1, 0, 1, 0, 0, 1, 0, 1, -1, -1};
  Report report;
  report.model = "head <x>";
  report.held_out = 5;
  for (const std::string& name : predictions->concepts) report.concepts.push_back({.name = name});
  evaluate(report, predictions);
  for (int i = 1; i < 5; ++i)
    report.epochs.push_back(
        {.number = i, .of = 4, .loss = 1.0 / i, .held_out_loss = 1.1 / i, .metric = "accuracy", .value = 0.75});
  report.worst.push_back(
      {.id = "d", .truth = "</script><b>dog", .said = "cat", .score = 0.6, .picture = test::coloured(60, 60, 190, 1)});
  report.notes = {"a note with <tags>"};
  report.faults = {{"x.jpg", "torn & gone"}};
  return report;
}

std::string chromium() {
  for (const char* name : {"chromium", "chromium-browser", "google-chrome"})
    if (const std::string file = std::string("/usr/bin/") + name; std::filesystem::exists(file)) return file;
  return {};
}

}  // namespace

TEST_CASE("A report's figures are those of its predictions") {
  const Report report = small_report();
  CHECK(report.accuracy.value() == Approx(0.75));
  CHECK(report.concepts[0].positive == 2);
  CHECK(report.concepts[0].negative == 2);
  CHECK(report.concepts[0].roc_auc.value() == Approx(1));
  CHECK(report.concepts[0].decisions == Decisions{2, 1, 0, 1});
  CHECK(report.concepts[1].decisions == Decisions{1, 0, 1, 2});
  CHECK(report.f1.value() == Approx((0.8 + 2.0 / 3) / 2));
  REQUIRE(report.confusion.size() == 3);
  CHECK(report.confusion[0].count == 2);
  CHECK(report.confusion[0].mean_score == Approx(0.85));
  CHECK(worst_rows(*report.predictions, true, 10).size() == 1);
  CHECK(worst_rows(*report.predictions, true, 10)[0].row == 3);
  CHECK_FALSE(report.threshold_for({.precision = 0.9}));
  CHECK_THAT(report.threshold_for({.precision = 0.9}).why, Contains("too few"));
  CHECK_FALSE(report.threshold_for({.precision = 0.9, .concept_name = "cat"}));
  CHECK_THAT(made::message_of([&] { report.threshold_for({.concept_name = "catt"}); }), Contains("nearest: \"cat\""));
  CHECK_THROWS_AS(report.threshold_for({.precision = 1.5}), Error);
  CHECK_THAT(Report{}.threshold_for({}).why, Contains("no held-out part"));
}

TEST_CASE("A report prints, and its JSON reads back") {
  const Report report = small_report();
  CHECK_THAT(fmt::format("{}", report),
             Contains("accuracy 0.750") && Contains("1 </script><b>dog taken for cat") && Contains("note: a note"));
  const Json json = Json::parse(report.to_json().dump());
  CHECK(json.at("accuracy").number() == Approx(0.75));
  CHECK(json.at("concepts").at(0).at("roc_auc").number() == Approx(1));
  CHECK(json.at("epochs").size() == 4);
  CHECK(Report{}.to_json().at("accuracy").is_null());
  CHECK_THAT(fmt::format("{}", Report{}), Contains("held out 0"));
}

TEST_CASE("A report's page stands alone, and what it shows is never taken for markup") {
  const std::string html = small_report().to_html();
  CHECK_THAT(html, Contains("data:image/jpeg;base64,") && Contains("head &lt;x&gt;") && Contains("torn &amp; gone"));
  CHECK(html.find("<b>dog") == html.find("<b>dog\",\"positive\""));  // in the data alone, where "</" is broken up
  CHECK(html.find("</script><b>") == std::string::npos);
  for (const char* outside : {"http://", "https://", "src=\"/", "@import"}) CHECK(html.find(outside) == std::string::npos);
  CHECK_THAT(Report{}.to_html(), Contains("<h2>Concepts</h2>"));
}

TEST_CASE("A browser draws a report's curves and moves its threshold, where there is one") {
  if (chromium().empty()) {
    WARN("skipped, as there is no Chromium");
    return;
  }
  const TemporaryFolder folder;
  Report report = small_report();
  report.save_html(folder / "report.html");
  // The page as it is, then one that moves the threshold to 0.65.
  std::ofstream moved(folder / "moved.html");
  moved << report.to_html() << "<script>slider.value = 65; slider.oninput();</script>";
  moved.close();
  const auto dom_of = [&](const std::string& file) {
    const std::string command =
        chromium() +
        " --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
        " --disable-component-update --disable-sync --user-data-dir=" +
        (folder / "profile") + " --dump-dom file://" + (folder / file) + " > " + (folder / "dom") + " 2>/dev/null";
    REQUIRE(std::system(command.c_str()) == 0);
    std::stringstream text;
    text << std::ifstream(folder / "dom").rdbuf();
    return text.str();
  };
  const std::string dom = dom_of("report.html");
  CHECK_THAT(dom, Contains("at 0.50: accepted 4 of 4, precision 0.750"));
  CHECK_THAT(dom, Contains("Precision and recall") && Contains("<option value=\"2\">&lt;/script&gt;&lt;b&gt;dog</option>"));
  CHECK_THAT(dom_of("moved.html"), Contains("at 0.65: accepted 3 of 4, precision 1.000, recall 1.000"));
}

TEST_CASE("A report tells as text what there is to tell: no figures without a held-out part, no trunk where none ran") {
  Report report;
  report.concepts = {{.name = "mask", .trained_on = 12}};
  report.seconds_training = 2;
  report.items_per_second = 6;
  const std::string deep = report.to_string();
  CHECK_THAT(deep, Catch::Contains("mask") && Catch::Contains("12") && Catch::Contains("6 inputs a second"));
  CHECK_THAT(deep, !Catch::Contains("AUC") && !Catch::Contains("trunk"));
  report.seconds_embedding = 1;
  CHECK_THAT(report.to_string(), Catch::Contains("the trunk ran for 0"));
}
