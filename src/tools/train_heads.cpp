// Trains the heads of the built-in catalogue, each on its data, and writes them with cards that tell how good they are.
// usage: workflow-train-heads <data folder> <models folder> [name ...]
//   data folder: face-mask/{with_mask,without_mask}, text/{sentence-polarity,sms-spam,banking77}.tsv
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "model/directory.h"
#include "model/loaded_model.h"
#include "workflow/workflow.h"

namespace {

namespace fs = std::filesystem;
namespace wf = workflow;

struct Row {
  std::string id;
  std::string trunk;
  wf::HeadOptions options;
  std::string task;
  std::string description;
  std::string licence;
  std::string trained_on;
  std::vector<std::string> tags;
  std::string purpose;
  std::string use;
  std::string limits;
  std::string data_licence;
};

// Which part of each photo shows its face, as a graph of detector, Keep and Crop would cut it out; none where no face is
// found.
std::vector<std::optional<wf::Box>> faces_of(const wf::Dataset& photos, const wf::Catalogue& catalogue) {
  wf::Graph graph("faces");
  const auto photo = graph.input<wf::Image>("photo");
  const auto faces = photo.then(catalogue.load<wf::Detector>("face-detector")).then(wf::Keep{.at_least = 0.6f});
  const auto crops = faces.then(wf::Crop{.margin = 1.2f});
  std::vector<std::optional<wf::Box>> found;
  for (const wf::Result& result : wf::Executor().run(graph, photos.source())) {
    std::optional<wf::Box> largest;
    for (const auto& crop : result[crops])
      if (!largest || crop->window().area() > largest->area()) largest = crop->window();
    found.push_back(largest);
  }
  return found;
}

wf::Box about(const wf::Box& box, float factor) {
  const wf::Point centre = box.centre();
  const float width = box.width() / 2 * factor, height = box.height() / 2 * factor;
  return wf::Box{centre.x - width, centre.y - height, centre.x + width, centre.y + height}.clipped();
}

// A photo's face as it is cut out at run time; where none is found, the photo, as these are of one face each. What is
// trained on sees each face cut tighter and wider as well, and the whole photo.
wf::Dataset mask_inputs(const wf::Dataset& photos, const std::vector<std::optional<wf::Box>>& faces, bool with_variants) {
  static const std::map<std::string, std::string> names = {{"with_mask", "mask"}, {"without_mask", "no mask"}};
  std::vector<wf::LabelledInput> inputs;
  for (std::size_t i = 0; i < photos.size(); ++i) {
    const std::string path = std::get<wf::ImageFile>(photos[i].input).path;
    const auto add = [&](const std::string& how, const std::optional<wf::Box>& part) {
      inputs.push_back({.id = photos[i].id + how,
                        .input = wf::ImageFile{path, part},
                        .positive = {names.at(photos[i].positive.front())},
                        .group = photos[i].id});
    };
    add("", faces[i]);
    if (!with_variants || !faces[i]) continue;
    add(" tight", about(*faces[i], 0.85f));
    add(" wide", about(*faces[i], 1.2f));
    add(" whole", std::nullopt);
  }
  return wf::Dataset::of(std::move(inputs));
}

// Names that say what they are, where the table's labels are short.
wf::Dataset renamed(const wf::Dataset& from, const std::map<std::string, std::string>& names) {
  std::vector<wf::LabelledInput> inputs;
  for (std::size_t i = 0; i < from.size(); ++i) {
    inputs.push_back(from[i]);
    if (const auto found = names.find(inputs.back().positive.front()); found != names.end())
      inputs.back().positive = {found->second};
  }
  return wf::Dataset::of(std::move(inputs));
}

void write(const Row& row, const wf::Trained& measured, const wf::Trained& whole, const std::string& folder,
           const std::string& extra) {
  const wf::LoadedModel& loaded = *whole.model.parts();
  wf::ModelDirectory model{loaded.spec(), loaded.labels(), "", loaded.weights()};
  wf::ModelSpec& spec = model.spec;
  const wf::Report& report = measured.report;
  spec.id = row.id;
  spec.task = row.task;
  spec.description = row.description;
  spec.licence = row.licence;
  spec.source = "trained here: scripts/train-heads";
  spec.trained_on = row.trained_on;
  spec.tags = row.tags;
  spec.metrics = wf::Json::object(
      {{"accuracy", report.accuracy.value()}, {"roc_auc", report.roc_auc.value()}, {"f1", report.f1.value()}});
  std::string folds;
  for (const double each : report.fold_accuracy) folds += fmt::format("{}{:.4f}", folds.empty() ? "" : ", ", each);
  std::string names;
  for (std::size_t i = 0; i < model.labels.size(); ++i) names += fmt::format("{}`{}`", i == 0 ? "" : ", ", model.labels[i]);
  model.card = fmt::format(
      "# {}\n**Purpose.** {}\n**Architecture.** A {}, trained with `scripts/train-heads`: `{}`.\n**Intended use.** "
      "{}\n**Limits.** {}\n"
      "**Training data.** {}. {}\n**Quality.** A head trained on four fifths, on the held-out fifth ({} inputs): accuracy "
      "{:.4f}, ROC AUC "
      "{:.4f}, F1 {:.4f}, calibration error {:.4f}; accuracy in the folds of a cross-validation on the four fifths: {}.{} "
      "The head "
      "that is given here then learnt from all.\n**Taxonomy.** {}.\n**Licence.** {}.\n",
      row.id, row.purpose, report.model, report.settings.dump(), row.use, row.limits, row.trained_on, row.data_licence,
      report.held_out, *report.accuracy, *report.roc_auc, *report.f1, report.calibration_error.value_or(0), folds, extra,
      names, row.licence);
  fs::create_directories(folder + "/" + row.id);
  wf::write_model_files(folder + "/" + row.id, model);
}

wf::HeadOptions with_progress(wf::HeadOptions options) {
  options.progress = wf::progress_bar();
  options.cross_validate = true;
  options.seed = 7;
  return options;
}

wf::Trained fitted(const wf::Embedder& trunk, const wf::HeadOptions& options, const wf::Dataset& train,
                   const wf::Dataset& held_out) {
  const wf::Trained trained = wf::Trainer::head(trunk, with_progress(options)).fit(train, held_out);
  fmt::print("{}\n", trained.report);
  return trained;
}

void train_face_mask(const Row& row, const wf::Catalogue& catalogue, const std::string& data, const std::string& models) {
  const auto photos = wf::Dataset::folders(data + "/face-mask");
  const auto [train, held_out] = photos.split({.held_out = 0.2, .seed = 7});
  const auto train_faces = faces_of(train, catalogue), held_out_faces = faces_of(held_out, catalogue);
  const auto without = std::count(held_out_faces.begin(), held_out_faces.end(), std::nullopt) +
                       std::count(train_faces.begin(), train_faces.end(), std::nullopt);
  fmt::print("{} photos, no face found on {}\n", photos.size(), without);
  const auto measured_on = mask_inputs(held_out, held_out_faces, false);
  // Every trunk that is there is tried; the row's own is the one that won.
  std::string tried;
  for (const char* name : {"image-embedder", "image-embedder-imagenet", "face-embedder"}) {
    try {
      const auto report =
          fitted(catalogue.load<wf::Embedder>(name), row.options, mask_inputs(train, train_faces, true), measured_on).report;
      double mean = 0;
      for (const double each : report.fold_accuracy) mean += each / static_cast<double>(report.fold_accuracy.size());
      tried += fmt::format("{}`{}` {:.4f} ({:.4f})", tried.empty() ? "" : ", ", name, *report.accuracy, mean);
    } catch (const wf::Error& error) {
      fmt::print("{} is left out: {}\n", name, error.what());
    }
  }
  const auto trunk = catalogue.load<wf::Embedder>(row.trunk);
  const auto measured = fitted(trunk, row.options, mask_inputs(train, train_faces, true), measured_on);
  // Those that a stack would see, and those that it would not.
  std::size_t right[2] = {}, all[2] = {};
  const auto& said = *measured.report.predictions;
  for (std::size_t i = 0; i < said.ids.size(); ++i) {
    const bool is_found = held_out_faces[i].has_value();
    ++all[is_found];
    const std::size_t top = said.scores[2 * i] >= said.scores[2 * i + 1] ? 0 : 1;
    right[is_found] += said.truths[2 * i + top] == 1 ? 1 : 0;
  }
  const auto whole = fitted(trunk, row.options, mask_inputs(photos, faces_of(photos, catalogue), true), {});
  write(row, measured, whole, models,
        fmt::format(" Of the held-out photos, {} of {} whose face `face-detector` finds are right, and {} of {} on which it "
                    "finds none, "
                    "taken whole. Trunks tried (held out, and the mean of the folds): {}.",
                    right[1], all[1], right[0], all[0], tried));
}

void train_text(const Row& row, const wf::Catalogue& catalogue, const wf::Dataset& texts, const std::string& models) {
  const auto trunk = catalogue.load<wf::Embedder>(row.trunk);
  const auto [train, held_out] = texts.split({.held_out = 0.2, .seed = 7});
  const auto measured = fitted(trunk, row.options, train, held_out);
  write(row, measured, fitted(trunk, row.options, texts, {}), models, "");
}

int train_all(const std::string& data, const std::string& models, const std::vector<std::string>& wanted) {
  const auto catalogue = wf::Catalogue::standard();
  const auto is_wanted = [&](const std::string& id) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), id) != wanted.end();
  };
  if (is_wanted("face-mask"))
    train_face_mask(
        {.id = "face-mask",
         .trunk = "image-embedder",
         .options = {.l2 = 0.1f},
         .task = "face mask recognition",
         .description = "Says whether a cut-out face wears a mask",
         .licence = "MIT",
         .trained_on = "1,200 web photos of faces, 600 with a mask and 600 without",
         .tags = {"face", "mask", "concepts", "head"},
         .purpose = "To say whether a face wears a mask that covers mouth and nose.",
         .use = "Behind `face-detector` and `Crop{.margin = 1.2}`; faces of 40 pixels and more.",
         .limits =
             "It learnt surgical and cloth masks on frontal faces: scarves, hands before the mouth and masks below the "
             "nose were hardly among its examples. The photos' balance over age, skin colour and origin is unknown. "
             "`face-detector` misses many masked faces; what it does not find is never asked about.",
         .data_licence = "The photos are part of chandrikadeb7/Face-Mask-Detection (MIT)."},
        catalogue, data, models);
  if (is_wanted("text-sentiment"))
    train_text(
        {.id = "text-sentiment",
         .trunk = "text-features",
         .options = {.l2 = 0.1f},
         .task = "text sentiment",
         .description = "Says whether an English sentence praises or pans",
         .licence = "CC-BY-4.0",
         .trained_on = "8,529 sentences of film reviews, half positive and half negative",
         .tags = {"text", "sentiment", "concepts", "head", "english"},
         .purpose = "To say whether a sentence speaks well or ill of something.",
         .use = "Reviews and comments, a sentence at a time; take a band for review, as a quarter of its answers on hard "
                "sentences is wrong.",
         .limits =
             "It learnt from film reviews: other matters, irony and mixed feelings are told less well. It knows no neutral.",
         .data_licence = "Pang and Lee's sentence polarity data (CC BY 4.0)."},
        catalogue,
        renamed(wf::Dataset::table(data + "/text/sentence-polarity.tsv"), {{"pos", "positive"}, {"neg", "negative"}}),
        models);
  if (is_wanted("text-spam"))
    train_text(
        {.id = "text-spam",
         .trunk = "text-features",
         .options = {.l2 = 0.03f},
         .task = "spam detection",
         .description = "Says whether an English short message is spam",
         .licence = "CC-BY-4.0",
         .trained_on = "4,459 short messages, 13 % of them spam",
         .tags = {"text", "spam", "concepts", "head", "english"},
         .purpose = "To tell unwanted advertising and fraud from messages between people.",
         .use = "Short messages.",
         .limits = "The messages are of 2006 to 2011, from Britain and Singapore: newer kinds of fraud are unknown to it.",
         .data_licence = "UCI's SMS Spam Collection (CC BY 4.0)."},
        catalogue, wf::Dataset::table(data + "/text/sms-spam.tsv"), models);
  if (is_wanted("text-intent"))
    train_text({.id = "text-intent",
                .trunk = "text-features",
                .options = {.l2 = 0.003f},
                .task = "intent recognition",
                .description = "Says which of 77 things a bank's customer wants",
                .licence = "CC-BY-4.0",
                .trained_on = "10,003 questions of a bank's customers, 77 intents",
                .tags = {"text", "intent", "banking", "concepts", "head", "english"},
                .purpose = "To send a customer's question to where it is answered.",
                .use = "One question at a time, in English; with a band, as every text gets one of the 77.",
                .limits = "It knows banking alone, and has no concept for what is none of the 77.",
                .data_licence = "PolyAI's banking77 (CC BY 4.0)."},
               catalogue, wf::Dataset::table(data + "/text/banking77.tsv"), models);
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 3) return fmt::print(stderr, "usage: workflow-train-heads <data folder> <models folder> [name ...]\n"), 2;
  return train_all(argv[1], argv[2], {argv + 3, argv + argc});
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
