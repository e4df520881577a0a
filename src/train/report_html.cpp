#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/atomic_file.h"
#include "show/html_text.h"
#include "train/picture_data.h"
#include "train/detection_report.h"
#include "train/report_page.h"
#include "workflow/show/chart.h"
#include "workflow/train/report.h"

namespace workflow {
namespace {

// A page of thousands of concepts would be no page: those with the worst average precision are shown.
constexpr std::size_t most_concepts = 100;
constexpr std::size_t most_in_matrix = 20;

std::string share(const std::optional<double>& value) { return value ? fmt::format("{:.3f}", *value) : "&ndash;"; }

std::vector<std::size_t> shown_concepts(const Report& report) {
  std::vector<std::size_t> places(report.concepts.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  if (places.size() <= most_concepts) return places;
  std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
    return report.concepts[a].average_precision.value_or(2) < report.concepts[b].average_precision.value_or(2);
  });
  places.resize(most_concepts);
  return places;
}

std::string head_of(const Report& report) {
  std::string html = fmt::format("<h1>{}</h1><div class=\"cards\">", html_text(report.model));
  const auto card = [&](std::string_view name, const std::string& value) {
    html += fmt::format("<div class=\"card\"><b>{}</b><span>{}</span></div>", value, name);
  };
  card("trained on", std::to_string(report.trained_on));
  card("held out", std::to_string(report.held_out));
  card("accuracy", share(report.accuracy));
  card("ROC AUC, mean", share(report.roc_auc));
  card("average precision, mean", share(report.average_precision));
  card("F1, mean", share(report.f1));
  card("calibration error", share(report.calibration_error));
  card("seconds", fmt::format("{:.1f} + {:.1f}", report.seconds_embedding, report.seconds_training));
  html += "</div>";
  if (!report.notes.empty()) {
    html += "<ul class=\"notes\">";
    for (const std::string& note : report.notes) html += fmt::format("<li>{}</li>", html_text(note));
    html += "</ul>";
  }
  return html;
}

std::string training_curves(const Report& report) {
  if (report.epochs.empty()) return {};
  ChartLine loss{"loss", {}, 0, false}, held_out{"held-out loss", {}, 1, false},
      value{"", {}, 2, false}, rate{"", {}, 3, false};
  const std::string& metric = report.epochs.back().metric;
  for (const Epoch& epoch : report.epochs) {
    loss.points.emplace_back(epoch.number, epoch.loss);
    if (epoch.held_out_loss) held_out.points.emplace_back(epoch.number, *epoch.held_out_loss);
    if (epoch.value) value.points.emplace_back(epoch.number, *epoch.value);
    rate.points.emplace_back(epoch.number, epoch.learning_rate);
  }
  std::string html = svg_of({"Loss by epoch", "epoch", "loss", {loss, held_out}, false});
  if (!value.points.empty())
    html += svg_of({fmt::format("Held-out {} by epoch", metric), "epoch", metric, {value}, false});
  const bool rate_changes = std::any_of(rate.points.begin(), rate.points.end(),
                                        [&](const auto& at) { return at.second != rate.points[0].second; });
  if (rate_changes) html += svg_of({"Learning rate by epoch", "epoch", "rate", {rate}, false});
  return html;
}

std::string calibration(const Report& report) {
  if (report.reliability.empty()) return {};
  ChartLine line{"share right", {}, 0, false}, ideal{"ideal", {{0, 0}, {1, 1}}, 6, true};
  for (const ReliabilityBin& bin : report.reliability) line.points.emplace_back(bin.mean_score, bin.share_true);
  return svg_of({"Calibration: a score and how often it is right", "mean score", "share right", {ideal, line}, true});
}

std::string concept_table(const Report& report, const std::vector<std::size_t>& shown) {
  std::string html =
      "<table><tr><th>concept</th><th>trained on</th><th>held out</th><th>ROC AUC</th><th>average precision</th>"
      "<th>precision</th><th>recall</th><th>F1</th></tr>";
  for (const std::size_t at : shown) {
    const ConceptReport& each = report.concepts[at];
    const auto decided = [&](double value) {
      return each.positive > 0 ? fmt::format("{:.3f}", value) : std::string("&ndash;");
    };
    html +=
        fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                    html_text(each.name), each.trained_on, each.positive, share(each.roc_auc), share(each.average_precision),
                    decided(each.decisions.precision()), decided(each.decisions.recall()), decided(each.decisions.f1()));
  }
  html += "</table>";
  if (shown.size() < report.concepts.size())
    html +=
        fmt::format("<p>The {} concepts with the least average precision, of {}.</p>", shown.size(), report.concepts.size());
  return html;
}

std::string confusion_table(const Report& report) {
  if (report.concepts.size() > most_in_matrix) {
    std::string html = "<table><tr><th>shown</th><th>taken for</th><th>times</th><th>mean score</th></tr>";
    std::size_t told = 0;
    for (const Confusion& cell : report.confusion) {
      if (cell.truth == cell.said || told++ == 50) continue;
      html += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{:.2f}</td></tr>",
                          html_text(report.concepts[cell.truth].name), html_text(report.concepts[cell.said].name),
                          cell.count, cell.mean_score);
    }
    return html + "</table>";
  }
  std::vector<std::size_t> totals(report.concepts.size());
  for (const Confusion& cell : report.confusion) totals[cell.truth] += cell.count;
  std::string html = "<table class=\"matrix\"><tr><th>shown \\ said</th>";
  for (const ConceptReport& each : report.concepts) html += fmt::format("<th>{}</th>", html_text(each.name));
  html += "</tr>";
  for (std::size_t truth = 0; truth < report.concepts.size(); ++truth) {
    html += fmt::format("<tr><th>{}</th>", html_text(report.concepts[truth].name));
    for (std::size_t said = 0; said < report.concepts.size(); ++said) {
      const auto cell = std::find_if(report.confusion.begin(), report.confusion.end(),
                                     [&](const Confusion& each) { return each.truth == truth && each.said == said; });
      if (cell == report.confusion.end()) {
        html += "<td>0</td>";
        continue;
      }
      const double part = static_cast<double>(cell->count) / static_cast<double>(totals[truth]);
      const std::string_view colour = truth == said ? "0,158,115" : "213,94,0";
      html += fmt::format("<td style=\"background:rgba({},{:.2f})\" title=\"mean score {:.2f}\">{}</td>", colour,
                          0.15 + 0.6 * part, cell->mean_score, cell->count);
    }
    html += "</tr>";
  }
  return html + "</table>";
}

std::string co_occurrence_table(const Report& report) {
  std::string html = "<table><tr><th>shown together</th><th></th><th>times</th></tr>";
  for (std::size_t i = 0; i < std::min<std::size_t>(report.co_occurrence.size(), 50); ++i) {
    const CoOccurrence& pair = report.co_occurrence[i];
    html += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>", html_text(report.concepts[pair.first].name),
                        html_text(report.concepts[pair.second].name), pair.count);
  }
  return html + "</table>";
}

std::string worst_examples(const Report& report) {
  if (report.worst.empty()) return "<p>None: every held-out input is right.</p>";
  std::string html = "<div class=\"worst\">";
  for (const WorstExample& each : report.worst) {
    const std::string body = each.picture.empty() ? fmt::format("<blockquote>{}</blockquote>", html_text(each.text))
                                                  : fmt::format("<img alt=\"\" src=\"{}\">", picture_data(each.picture));
    html += fmt::format("<figure>{}<figcaption>{}<br>is <b>{}</b>, said <b>{}</b> {:.2f}</figcaption></figure>", body,
                        html_text(each.id), html_text(each.truth.empty() ? "none" : each.truth), html_text(each.said),
                        each.score);
  }
  return html + "</div>";
}

// Counts at 101 thresholds for each concept, from which the page draws its curves: bounded, whatever was held out.
std::string curve_data(const Report& report, const std::vector<std::size_t>& shown) {
  Json list = Json::array();
  std::vector<float> scores;
  std::vector<std::uint8_t> truths;
  const auto add = [&](const std::string& name) {
    Json right = Json::array(), wrong = Json::array();
    std::size_t positives = 0;
    for (int i = 0; i <= 100; ++i) {
      const Decisions at = decisions_at(scores, truths, static_cast<float>(i) / 100.0f);
      right.push_back(at.true_positives);
      wrong.push_back(at.false_positives);
      positives = at.true_positives + at.false_negatives;
    }
    list.push_back(Json::object({{"name", name},
                                 {"positive", positives},
                                 {"negative", scores.size() - positives},
                                 {"right", right},
                                 {"wrong", wrong}}));
  };
  report.predictions->top(scores, truths);
  if (report.exclusive) add("the best concept of each input");
  for (const std::size_t at : shown) {
    report.predictions->column(at, scores, truths);
    add(report.concepts[at].name);
  }
  // Inside a script only "</" could end it early.
  std::string json = list.dump();
  for (std::size_t at = 0; (at = json.find("</", at)) != std::string::npos; at += 3) json.replace(at, 2, "<\\/");
  return json;
}

std::string faults_list(const Report& report) {
  if (report.faults.empty()) return {};
  std::string html = fmt::format("<h2>Not used: {} inputs</h2><ul>", report.faults.size());
  for (std::size_t i = 0; i < std::min<std::size_t>(report.faults.size(), 50); ++i)
    html += fmt::format("<li>{}: {}</li>", html_text(report.faults[i].id), html_text(report.faults[i].why));
  return html + "</ul>";
}

}  // namespace

std::string Report::to_html() const {
  const std::vector<std::size_t> shown = shown_concepts(*this);
  std::string body = head_of(*this);
  if (predictions && held_out > 0) {
    body += "<h2>Decisions at a threshold</h2>";
    body += report_controls;
    body +=
        "<div class=\"charts\"><svg id=\"roc\" viewBox=\"0 0 420 300\"></svg><svg id=\"pr\" viewBox=\"0 0 420 300\"></svg>" +
        calibration(*this) + "</div>";
  }
  const auto wide = [](const std::string& title, const std::string& table) {
    return fmt::format("<h2>{}</h2><div class=\"wide\">{}</div>", title, table);
  };
  body += detection ? wide("Boxes found", detection_html(*detection)) : wide("Concepts", concept_table(*this, shown));
  if (predictions && held_out > 0) {
    body += exclusive ? wide("Confusion", confusion_table(*this)) : wide("Shown together", co_occurrence_table(*this));
  }
  if ((predictions || detection) && held_out > 0)
    body += fmt::format("<h2>Worst examples</h2>{}", worst_examples(*this));
  body += fmt::format("<h2>Training</h2><div class=\"charts\">{}</div>", training_curves(*this));
  body += fmt::format("<pre>{}</pre>", html_text(settings.dump(2))) + faults_list(*this);
  const std::string script = predictions && held_out > 0 ? fmt::format("<script>const concepts = {};\n{}</script>",
                                                                       curve_data(*this, shown), report_script)
                                                         : "";
  return fmt::format(
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
      "<title>{}</title><style>{}</style><body>{}{}</body></html>\n",
      html_text(model), report_style, body, script);
}

void Report::save_html(const std::string& file) const {
  AtomicFile out(file, "Report::save_html");
  out.write(to_html());
  out.commit();
}

}  // namespace workflow
