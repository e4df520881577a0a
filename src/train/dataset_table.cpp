#include <fmt/format.h>

#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "workflow/base/error.h"
#include "workflow/train/dataset.h"

namespace workflow {
namespace {

constexpr std::string_view place = "Dataset::table";

std::string_view without_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// One record of a CSV text as RFC 4180 has it: fields in quotes may hold commas, line ends and doubled quotes.
std::vector<std::string> next_record(std::string_view text, std::size_t& at, std::size_t& lines) {
  std::vector<std::string> fields(1);
  bool in_field_quotes = false;
  for (; at < text.size(); ++at) {
    const char letter = text[at];
    if (letter == '\n') ++lines;
    if (in_field_quotes) {
      if (letter != '"')
        fields.back() += letter;
      else if (at + 1 < text.size() && text[at + 1] == '"')
        fields.back() += text[++at];
      else
        in_field_quotes = false;
    } else if (letter == '"' && fields.back().empty()) {
      in_field_quotes = true;
    } else if (letter == ',') {
      fields.emplace_back();
    } else if (letter == '\n') {
      ++at;
      break;
    } else {
      fields.back() += letter;
    }
  }
  if (fields.back().ends_with('\r')) fields.back().pop_back();
  return fields;
}

}  // namespace

Dataset Dataset::table(const std::string& file, const DatasetOptions& options) {
  const MappedFile mapped(file, place);
  std::string_view text = mapped.text();
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const bool is_csv = file.ends_with(".csv");
  std::vector<LabelledInput> inputs;
  std::vector<DatasetFault> faults;
  for (std::size_t at = 0, line = 0; at < text.size();) {
    const std::size_t number = line + 1;
    std::vector<std::string> fields;
    if (is_csv) {
      fields = next_record(text, at, line);
    } else {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string_view whole = without_return(text.substr(at, end - at));
      const std::size_t tab = whole.find('\t');
      fields.emplace_back(whole.substr(0, tab));
      if (tab != std::string_view::npos) fields.emplace_back(whole.substr(tab + 1));
      at = end + 1;
      ++line;
    }
    if (fields.size() == 1 && fields[0].empty()) continue;
    if (fields.size() != 2 || fields[0].empty())
      faults.push_back({std::to_string(number), fmt::format("wanted a label and a text, got {} fields", fields.size())});
    else
      inputs.push_back(
          {.id = std::to_string(number), .input = Text{std::move(fields[1])}, .positive = {std::move(fields[0])}});
  }
  if (inputs.empty() && faults.empty())
    throw Error(ErrorCode::NotFound, place, fmt::format("{}: it is empty", in_quotes(file)));
  return made(std::move(inputs), std::move(faults), options, std::string(place));
}

}  // namespace workflow
