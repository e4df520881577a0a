#pragma once

#include <string>
#include <vector>

#include "train/made_trunk.h"
#include "model/loaded_model.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/train/trainer.h"

// Trainings that take a moment.
namespace workflow::test {

inline Catalogue no_models() { return Catalogue::open("/nonexistent/models"); }

inline DeepOptions quick(DeepOptions options = {}) {
  options.threads = 1;
  return options;
}

/// The small net on pictures of 16 pixels.
inline Trainer tiny_trainer(const DeepOptions& options) {
  Trainer trainer = Trainer::deep(no_models().training_template("classification/tiny"), options);
  trainer.set({{"image_size", 16}, {"batch", 8}, {"learning_rate", 0.02}, {"crop", 0.7}, {"flip", 0.5}});
  return trainer;
}

/// A transformer of a few thousand weights, with everything on that keeps something from step to step.
inline Trainer text_trainer(const DeepOptions& options) {
  Trainer trainer = Trainer::deep(no_models().training_template("text/transformer-small"), options);
  trainer.set({{"vocabulary", 100}, {"width", 16}, {"layers", 1}, {"heads", 2}, {"batch", 8}, {"learning_rate", 0.01},
               {"ema", 0.9}, {"accumulation", 2}, {"word_dropout", 0.2}});
  return trainer;
}

/// Texts of which one word tells what they are.
inline std::vector<LabelledInput> told_texts(int each) {
  const std::vector<std::string> filling = {"the", "shop", "was", "open", "on", "monday", "and", "we", "went", "there"};
  std::vector<LabelledInput> inputs;
  std::mt19937_64 random(5);
  for (int i = 0; i < each; ++i)
    for (const char* name : {"good", "bad"}) {
      std::string text;
      for (int k = 0; k < 6; ++k) text += filling[random() % filling.size()] + " ";
      inputs.push_back({.id = std::to_string(inputs.size()), .input = Text{text + (name[0] == 'g' ? "lovely" : "awful")}, .positive = {name}});
    }
  return inputs;
}

/// All of a model's numbers, for a comparison bit for bit.
inline std::string bits_of(const Model& model) {
  std::string all;
  for (const auto& tensor : model.parts()->weights().tensors)
    all.append(reinterpret_cast<const char*>(tensor.data.data()), tensor.data.size());
  return all;
}

inline bool has_note(const Report& report, const std::string& part) {
  return std::any_of(report.notes.begin(), report.notes.end(),
                     [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

}  // namespace workflow::test
