#include "workflow/operators/join_text.h"

#include <algorithm>

#include "operators/grown_box.h"

namespace workflow {
namespace {

struct Word {
  const std::string* text;
  const Box* box;
};

struct Line {
  float top;
  float bottom;
  std::vector<Word> words;
};

}  // namespace

Text JoinText::operator()(Group<Text> texts, Group<Region> regions) const {
  std::vector<Word> words;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    check_box(regions[i].box, kind);
    if (!texts[i].text.empty()) words.push_back({&texts[i].text, &regions[i].box});
  }
  std::stable_sort(words.begin(), words.end(),
                   [](const Word& a, const Word& b) { return a.box->centre().y < b.box->centre().y; });

  std::vector<Line> lines;
  for (const Word& word : words) {
    const float middle = word.box->centre().y;
    // A line is as high as its first word, so that one tall letter does not swallow the next line.
    if (lines.empty() || middle > lines.back().bottom || middle < lines.back().top)
      lines.push_back({word.box->top, word.box->bottom, {word}});
    else
      lines.back().words.push_back(word);
  }

  Text joined;
  for (Line& line : lines) {
    std::stable_sort(line.words.begin(), line.words.end(), [&](const Word& a, const Word& b) {
      return direction == Direction::LeftToRight ? a.box->left < b.box->left : a.box->right > b.box->right;
    });
    if (&line != &lines.front()) joined.text += between_lines;
    for (const Word& word : line.words) {
      if (&word != &line.words.front()) joined.text += between_words;
      joined.text += *word.text;
    }
  }
  return joined;
}

}  // namespace workflow
