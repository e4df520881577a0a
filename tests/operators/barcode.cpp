#include "workflow/operators/barcode.h"

#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>

#include "operator_checks.h"
#include "workflow/operators/rotate.h"

using namespace workflow;

namespace {

/// A grey picture that codes are printed on.
class Label {
 public:
  Label(int width, int height)
      : width_(width), height_(height), pixels_(static_cast<std::size_t>(width * height) * 3, 235) {}

  Label& print(ZXing::BarcodeFormat format, const std::string& text, int left, int top, int width, int height) {
    const ZXing::BitMatrix code = ZXing::MultiFormatWriter(format).setMargin(10).encode(text, width, height);
    for (int y = 0; y < code.height(); ++y)
      for (int x = 0; x < code.width(); ++x) {
        const auto at = static_cast<std::size_t>((top + y) * width_ + left + x) * 3;
        for (std::size_t channel = 0; channel < 3; ++channel) pixels_[at + channel] = code.get(x, y) ? 20 : 235;
      }
    return *this;
  }
  Image image() const { return Image::copy_of(pixels_, width_, height_); }

 private:
  int width_;
  int height_;
  std::vector<std::uint8_t> pixels_;
};

std::vector<std::string> said(const std::vector<Region>& codes) {
  std::vector<std::string> texts;
  for (const Region& code : codes) texts.push_back(code.concepts.top().name);
  std::sort(texts.begin(), texts.end());
  return texts;
}

const std::string address = "https://example.org/parcel?id=17";

Image parcel() {
  return Label(600, 400)
      .print(ZXing::BarcodeFormat::QRCode, address, 350, 40, 200, 200)
      .print(ZXing::BarcodeFormat::EAN13, "4006381333931", 40, 250, 260, 100)
      .image();
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("every code on a picture is read, and is a region where it stands") {
  const auto codes = Barcode{}(parcel());
  REQUIRE(said(codes) == Texts{"4006381333931", address});
  for (const Region& code : codes) {
    CHECK(code.score == 1);
    CHECK(code.points.size() == 4);
    const Point centre = code.box.centre();
    if (code.concepts.top().name == address) {
      CHECK(centre.x == Approx(450.0 / 600).margin(0.02));
      CHECK(centre.y == Approx(140.0 / 400).margin(0.02));
      CHECK(code.box.width() > 0.15f);
    } else {
      CHECK(centre.x == Approx(170.0 / 600).margin(0.03));
      CHECK((code.box.top >= 0.6f && code.box.bottom <= 0.9f));
      CHECK(code.box.area() > 0);
    }
  }
}

TEST_CASE("only what is asked for is read") {
  CHECK(said(Barcode{.codes = {"qr"}}(parcel())) == Texts{address});
  CHECK(said(Barcode{.codes = {"ean-13"}}(parcel())) == Texts{"4006381333931"});
  CHECK(Barcode{.codes = {"aztec"}}(parcel()).empty());
}

TEST_CASE("codes of other kinds, turned codes and codes on a part of a larger picture are read, too") {
  const Image label = Label(500, 200).print(ZXing::BarcodeFormat::Code128, "PARCEL-17", 40, 40, 400, 100).image();
  CHECK(said(Barcode{.codes = {"code-128"}}(label)) == Texts{"PARCEL-17"});
  CHECK(said(Barcode{}(Rotate{.degrees = 90}(label))) == Texts{"PARCEL-17"});
  CHECK(said(Barcode{.codes = {"qr"}}(Rotate{.degrees = 33}(parcel()))) == Texts{address});
  CHECK(said(Barcode{}(parcel().crop({0.5f, 0, 1, 0.7f}))) == Texts{address});
}

TEST_CASE("a picture without a code gives none, an empty one is the error of its own input, and many threads read at once") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto codes = photo.then(Barcode{}).named("codes");
  const auto none = codes.then([](const Region&) { return false; })
                        .then([](const Region&) { return made::image(4, 4); })
                        .then(Barcode{})
                        .named("none");
  std::vector<Image> photos = {Image(), made::image(1, 1), made::image(300, 200)};
  photos.resize(20, parcel());
  int at = 0;
  for (const Result& result : Executor({.threads = 3, .batch = 2}).run(graph, photos)) {
    if (at == 0) CHECK(std::string(result.error().what()) == "[g/codes] input \"0\": wanted an image, got an empty one");
    CHECK(result[codes].size() == (at < 3 ? 0 : 2));
    CHECK(result[none].empty());
    ++at;
  }
}

TEST_CASE("Barcode's settings are checked and come back from JSON") {
  checks::json_round_trip(Barcode{.codes = {"qr", "ean-13"}});
  checks::refused(Barcode{.codes = {"qr", "no such code"}});
  CHECK_THAT(made::message_of([] { check_settings(Barcode{.codes = {"ean"}}); }),
             Catch::Contains("codes: wanted some of aztec"));
}
