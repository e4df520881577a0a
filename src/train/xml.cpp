#include "train/xml.h"

#include <fmt/format.h>

#include <array>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::size_t longest = 16U << 20U;
constexpr int deepest = 32;
constexpr std::string_view white = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(white);
  return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(white) - first + 1);
}

std::string unescaped(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, char>, 5> entities = {
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    bool is_entity = false;
    for (const auto& [name, letter] : entities) {
      if (text.substr(i, name.size()) != name) continue;
      plain += letter;
      i += name.size();
      is_entity = true;
      break;
    }
    if (!is_entity) plain += text[i++];
  }
  return plain;
}

class XmlReader {
 public:
  XmlReader(std::string_view text, std::string_view place) : text_(text), place_(place) {}

  XmlElement whole() {
    skip_until_element();
    XmlElement root = element(0);
    return root;
  }

 private:
  [[noreturn]] void fail(std::string_view wanted) const {
    throw Error(ErrorCode::Unreadable, place_, fmt::format("byte {}: wanted {}", at_, wanted));
  }

  bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  void skip_past(std::string_view end) {
    const std::size_t found = text_.find(end, at_);
    if (found == std::string_view::npos) fail(fmt::format("{} before the end", in_quotes(end)));
    at_ = found + end.size();
  }

  // Passes over what is no element and no text; false where something else stands here.
  bool skip_aside() {
    if (starts("<!--")) return skip_past("-->"), true;
    if (starts("<?")) return skip_past("?>"), true;
    if (starts("<!")) return skip_past(">"), true;
    return false;
  }

  void skip_until_element() {
    for (;;) {
      while (at_ < text_.size() && white.find(text_[at_]) != std::string_view::npos) ++at_;
      if (starts("\xef\xbb\xbf")) at_ += 3;
      if (!skip_aside()) break;
    }
    if (!starts("<")) fail("an element");
  }

  std::string_view name() {
    const std::size_t end = text_.find_first_of(" \t\r\n/>", at_);
    if (end == std::string_view::npos || end == at_) fail("an element's name");
    const std::string_view found = text_.substr(at_, end - at_);
    at_ = end;
    return found;
  }

  XmlElement element(int depth) {
    if (depth > deepest) fail(fmt::format("elements nested at most {} deep", deepest));
    ++at_;  // the opening bracket
    XmlElement made{std::string(name()), {}, {}};
    const std::size_t close = text_.find('>', at_);
    if (close == std::string_view::npos) fail("the end of a tag");
    at_ = close + 1;
    if (text_[close - 1] == '/') return made;
    std::string text;
    for (;;) {
      const std::size_t next = text_.find('<', at_);
      if (next == std::string_view::npos) fail(fmt::format("the end of {}", in_quotes(made.name)));
      text += text_.substr(at_, next - at_);
      at_ = next;
      if (starts("</")) {
        at_ += 2;
        if (name() != made.name) fail(fmt::format("the end of {}", in_quotes(made.name)));
        skip_past(">");
        made.text = unescaped(trimmed(text));
        return made;
      }
      if (!skip_aside()) made.children.push_back(element(depth + 1));
    }
  }

  std::string_view text_;
  std::string_view place_;
  std::size_t at_ = 0;
};

}  // namespace

const XmlElement* XmlElement::find(std::string_view child) const {
  for (const XmlElement& each : children)
    if (each.name == child) return &each;
  return nullptr;
}

std::string_view XmlElement::text_of(std::string_view child) const {
  const XmlElement* found = find(child);
  return found ? std::string_view(found->text) : std::string_view();
}

XmlElement parse_xml(std::string_view text, std::string_view place) {
  if (text.size() > longest)
    throw Error(ErrorCode::Unreadable, place, fmt::format("wanted at most 16 MB, got {} bytes", text.size()));
  return XmlReader(text, place).whole();
}

}  // namespace workflow
