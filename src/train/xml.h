#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace workflow {

/// An element of an XML text: what annotation files need of it, and no more. Attributes, comments and declarations are
/// passed over, entities other than the five of XML itself are left as they are, and nothing outside the text is ever read.
struct XmlElement {
  std::string name;
  std::string text;  ///< its own, without white space at both ends
  std::vector<XmlElement> children;

  const XmlElement* find(std::string_view child) const;  ///< the first of that name; null where there is none

  /// The text of the first child of that name; empty where there is none.
  std::string_view text_of(std::string_view child) const;
};

/// Reads a text of at most 16 MB, nested at most 32 deep. Throws Error (Unreadable) with `place` and the byte.
XmlElement parse_xml(std::string_view text, std::string_view place);

}  // namespace workflow
