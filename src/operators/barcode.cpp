#include "workflow/operators/barcode.h"

#define ZX_USE_UTF8 1
#include <ZXing/ReadBarcode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/in_quotes.h"

namespace workflow {
namespace {

constexpr std::array<std::pair<std::string_view, ZXing::BarcodeFormat>, 13> known = {{
    {"aztec", ZXing::BarcodeFormat::Aztec},
    {"codabar", ZXing::BarcodeFormat::Codabar},
    {"code-39", ZXing::BarcodeFormat::Code39},
    {"code-93", ZXing::BarcodeFormat::Code93},
    {"code-128", ZXing::BarcodeFormat::Code128},
    {"data-matrix", ZXing::BarcodeFormat::DataMatrix},
    {"ean-8", ZXing::BarcodeFormat::EAN8},
    {"ean-13", ZXing::BarcodeFormat::EAN13},
    {"itf", ZXing::BarcodeFormat::ITF},
    {"pdf-417", ZXing::BarcodeFormat::PDF417},
    {"qr", ZXing::BarcodeFormat::QRCode},
    {"upc-a", ZXing::BarcodeFormat::UPCA},
    {"upc-e", ZXing::BarcodeFormat::UPCE},
}};

ZXing::BarcodeFormats formats_of(const std::vector<std::string>& codes) {
  ZXing::BarcodeFormats formats;
  for (const auto& [name, format] : known)
    if (codes.empty() || std::find(codes.begin(), codes.end(), name) != codes.end()) formats |= format;
  return formats;
}

Region region_of(const ZXing::Result& code, const Image& image) {
  const auto width = static_cast<float>(image.width());
  const auto height = static_cast<float>(image.height());
  Region region{.box = {1, 1, 0, 0}, .score = 1, .concepts = {{code.text(), 1.0f}}};
  for (const auto& corner : {code.position().topLeft(), code.position().topRight(), code.position().bottomRight(),
                             code.position().bottomLeft()}) {
    const Point point{std::clamp(static_cast<float>(corner.x) / width, 0.0f, 1.0f),
                      std::clamp(static_cast<float>(corner.y) / height, 0.0f, 1.0f)};
    region.points.push_back(point);
    // A linear code may have been read on a single row.
    region.box = {std::min(region.box.left, point.x), std::min(region.box.top, point.y),
                  std::max(region.box.right, std::min(point.x + 1 / width, 1.0f)),
                  std::max(region.box.bottom, std::min(point.y + 1 / height, 1.0f))};
  }
  return region;
}

}  // namespace

void Barcode::check() const {
  for (const std::string& code : codes) {
    if (std::any_of(known.begin(), known.end(), [&](const auto& it) { return it.first == code; })) continue;
    std::vector<std::string_view> names;
    for (const auto& [name, format] : known) names.push_back(name);
    throw Error(ErrorCode::InvalidSetting, kind,
                fmt::format("codes: wanted some of {}, got {}", fmt::join(names, ", "), in_quotes(code)));
  }
}

std::vector<Region> Barcode::operator()(const Image& image) const {
  if (image.empty()) throw Error(ErrorCode::InvalidValue, kind, "wanted an image, got an empty one");
  const ZXing::ImageView pixels(image.row(0), image.width(), image.height(), ZXing::ImageFormat::BGR,
                                static_cast<int>(image.stride()));
  const auto hints = ZXing::DecodeHints().setFormats(formats_of(codes));
  std::vector<Region> regions;
  try {
    for (const auto& code : ZXing::ReadBarcodes(pixels, hints))
      if (code.isValid() && !code.text().empty()) regions.push_back(region_of(code, image));
  } catch (const std::exception& e) {
    throw Error(ErrorCode::Failed, kind, e.what());
  }
  return regions;
}

}  // namespace workflow
