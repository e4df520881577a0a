#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>
#include <random>
#include <thread>

#include "catch.h"
#include "workflow/base/error.h"
#include "workflow/opencv.h"

using namespace workflow;
namespace fs = std::filesystem;

namespace {

using Bytes = std::vector<std::uint8_t>;

// Left upper red, right upper green, left lower blue, right lower white; 32 x 24.
cv::Mat quarters() {
  cv::Mat picture(24, 32, CV_8UC3, cv::Scalar(255, 255, 255));
  picture(cv::Rect(0, 0, 16, 12)).setTo(cv::Scalar(0, 0, 255));
  picture(cv::Rect(16, 0, 16, 12)).setTo(cv::Scalar(0, 255, 0));
  picture(cv::Rect(0, 12, 16, 12)).setTo(cv::Scalar(255, 0, 0));
  return picture;
}

Bytes encoded(const std::string& ending, const cv::Mat& picture = quarters(), const std::vector<int>& settings = {}) {
  Bytes bytes;
  REQUIRE(cv::imencode(ending, picture, bytes, settings));
  return bytes;
}

// The quarters clockwise from the left upper one, a letter each.
std::string colours(const Image& image) {
  const auto letter = [&](int x, int y) {
    const std::uint8_t* pixel = image.row(y) + 3 * x;
    const bool blue = pixel[0] > 128;
    const bool green = pixel[1] > 128;
    const bool red = pixel[2] > 128;
    return blue && green && red ? 'W' : red ? 'R' : green ? 'G' : blue ? 'B' : '.';
  };
  const int right = image.width() - 4;
  const int low = image.height() - 4;
  return {letter(3, 3), letter(right, 3), letter(right, low), letter(3, low)};
}

std::string error_of(const Bytes& bytes) {
  try {
    decode_image(bytes, "a.bin");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::Unreadable);
    const std::string text = error.what();
    CHECK(text.substr(0, text.find('\n')).size() <= 200);
    CHECK(text.rfind("[decode_image] \"a.bin\": ", 0) == 0);
    return text;
  }
  FAIL("no error");
  return "";
}

void append(Bytes& bytes, std::string_view text) { bytes.insert(bytes.end(), text.begin(), text.end()); }
void insert(Bytes& bytes, std::size_t at, const Bytes& part) {
  bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), part.begin(), part.end());
}

Bytes exif(int orientation) {
  Bytes tiff{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, static_cast<std::uint8_t>(orientation),
             0,   0,   0, 0,  0, 0};
  return tiff;
}

Bytes chunk(std::string_view name, const Bytes& data) {
  Bytes bytes;
  append(bytes, name);
  for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(data.size() >> shift));
  bytes.insert(bytes.end(), data.begin(), data.end());
  if (data.size() % 2) bytes.push_back(0);
  return bytes;
}

Bytes riff(const std::vector<Bytes>& chunks) {
  Bytes body{'W', 'E', 'B', 'P'};
  for (const Bytes& one : chunks) body.insert(body.end(), one.begin(), one.end());
  return chunk("RIFF", body);
}

// The chunk VP8L of a lossless still picture.
Bytes webp_pixels() {
  const Bytes still = encoded(".webp", quarters(), {cv::IMWRITE_WEBP_QUALITY, 101});
  return {still.begin() + 12, still.end()};
}

// The checksum of a PNG's chunks.
std::uint32_t crc32(const Bytes& bytes) {
  std::uint32_t sum = ~0U;
  for (const std::uint8_t byte : bytes) {
    sum ^= byte;
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1U) ^ (sum & 1U ? 0xEDB88320U : 0U);
  }
  return ~sum;
}

void append_u32be(Bytes& bytes, std::size_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<std::uint8_t>(value >> static_cast<unsigned>(shift)));
}

Bytes png_with_exif(int orientation) {
  const Bytes tiff = exif(orientation);
  Bytes body{'e', 'X', 'I', 'f'};
  body.insert(body.end(), tiff.begin(), tiff.end());
  Bytes whole;
  append_u32be(whole, tiff.size());
  whole.insert(whole.end(), body.begin(), body.end());
  append_u32be(whole, crc32(body));
  Bytes png = encoded(".png");
  insert(png, 33, whole);  // behind the header
  return png;
}

// An uncompressed TIFF of the quarters.
Bytes tiff_with_orientation(int orientation) {
  const std::uint16_t entries[][3] = {{256, 3, 32}, {257, 3, 24}, {258, 3, 8}, {259, 3, 1},  {262, 3, 2},
                                      {273, 4, 0},  {274, 3, 0},  {277, 3, 3}, {278, 3, 24}, {279, 4, 2304}};
  Bytes bytes{'I', 'I', 42, 0, 8, 0, 0, 0, std::size(entries), 0};
  const auto append_le = [&](std::size_t value, int count) {
    for (int i = 0; i < count; ++i, value >>= 8U) bytes.push_back(static_cast<std::uint8_t>(value));
  };
  const std::size_t pixels_at = 10 + 12 * std::size(entries) + 4;
  for (const auto& [tag, type, value] : entries) {
    append_le(tag, 2);
    append_le(type, 2);
    append_le(tag == 258 ? 3 : 1, 4);
    append_le(tag == 273   ? pixels_at + 6
              : tag == 258 ? pixels_at
              : tag == 274 ? static_cast<std::size_t>(orientation)
                           : value,
              4);
  }
  append_le(0, 4);
  for (int i = 0; i < 3; ++i) append_le(8, 2);
  cv::Mat rgb;
  cv::cvtColor(quarters(), rgb, cv::COLOR_BGR2RGB);
  bytes.insert(bytes.end(), rgb.datastart, rgb.dataend);
  return bytes;
}

constexpr std::uint8_t canvas_40x30[] = {39, 0, 0, 29, 0, 0};

struct Folder {
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
  fs::path path = fs::temp_directory_path() / ("workflow-images-" + std::to_string(::getpid()));
};

}  // namespace

TEST_CASE("pictures of every format come back with their size and colours") {
  for (const char* ending : {".jpg", ".png", ".bmp", ".tiff", ".webp", ".ppm"}) {
    INFO(ending);
    const Image image = decode_image(encoded(ending));
    CHECK(image.width() == 32);
    CHECK(image.height() == 24);
    CHECK(colours(image) == "RGWB");
  }
}

TEST_CASE("16 bits, grey, alpha and one bit become 8-bit colour") {
  for (const char* ending : {".png", ".tiff"}) {
    const Image deep = decode_image(encoded(ending, cv::Mat(5, 6, CV_16UC3, cv::Scalar(0x8000, 0xFFFF, 0))));
    CHECK(std::abs(deep.row(2)[0] - 128) <= 1);
    CHECK(deep.row(2)[1] == 255);
    CHECK(deep.row(2)[2] == 0);
    const Image alpha = decode_image(encoded(ending, cv::Mat(5, 6, CV_8UC4, cv::Scalar(10, 20, 30, 0))));
    CHECK(alpha.row(4)[15] == 10);
    CHECK(alpha.row(4)[17] == 30);
  }
  const Image grey = decode_image(encoded(".jpg", cv::Mat(9, 9, CV_8UC1, cv::Scalar(77))));
  CHECK(grey.row(8)[24] == 77);
  CHECK(grey.row(8)[26] == 77);
  const std::string bitmap = "P1\n# a comment\n2 1\n1 0\n";
  CHECK(decode_image(Bytes(bitmap.begin(), bitmap.end())).row(0)[3] == 255);
}

TEST_CASE("a CMYK JPEG, whose inks are stored inverted as Adobe does, becomes colour") {
  // 8 x 8, four components of one block each that has a mean only: full cyan, no other ink.
  Bytes bytes{0xFF, 0xD8, 0xFF, 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0, 0xFF, 0xDB, 0, 67, 0};
  bytes.insert(bytes.end(), 64, 8);
  const Bytes frame{0xFF, 0xC0, 0, 20, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0};
  const Bytes dc_codes{0xFF, 0xC4, 0, 21, 0x00, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};
  const Bytes ac_codes{0xFF, 0xC4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const Bytes scan{0xFF, 0xDA, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0, 0x80, 0x2F, 0xEB, 0xFA, 0xFE, 0xFF, 0xD9};
  for (const Bytes* part : {&frame, &dc_codes, &ac_codes, &scan}) bytes.insert(bytes.end(), part->begin(), part->end());
  const Image image = decode_image(bytes);
  CHECK(image.width() == 8);
  CHECK(image.row(4)[12] > 250);
  CHECK(image.row(4)[13] > 250);
  CHECK(image.row(4)[14] < 5);
}

TEST_CASE("one pixel and 30,000 pixels in a row are pictures too") {
  CHECK(decode_image(encoded(".png", cv::Mat(1, 1, CV_8UC3, cv::Scalar(1, 2, 3)))).row(0)[2] == 3);
  CHECK(decode_image(encoded(".jpg", cv::Mat(2, 30000, CV_8UC3, cv::Scalar::all(50)))).width() == 30000);
}

TEST_CASE("the eight EXIF orientations are applied, in JPEG, PNG, TIFF and WebP alike") {
  const char* upright[] = {"RGWB", "GRBW", "WBRG", "BWGR", "RBWG", "BRGW", "WGRB", "GWBR"};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    INFO("orientation " << orientation);
    Bytes segment{0xFF, 0xE1, 0, 0, 'E', 'x', 'i', 'f', 0, 0};
    const Bytes tiff = exif(orientation);
    segment.insert(segment.end(), tiff.begin(), tiff.end());
    segment[3] = static_cast<std::uint8_t>(segment.size() - 2);
    Bytes jpeg = encoded(".jpg");
    insert(jpeg, 2, segment);
    const Image turned = decode_image(jpeg);
    CHECK(colours(turned) == upright[orientation - 1]);
    CHECK(turned.width() == (orientation >= 5 ? 24 : 32));

    CHECK(colours(decode_image(png_with_exif(orientation))) == upright[orientation - 1]);
    CHECK(colours(decode_image(tiff_with_orientation(orientation))) == upright[orientation - 1]);

    const Bytes header{8, 0, 0, 0, 31, 0, 0, 23, 0, 0};
    const Image webp = decode_image(riff({chunk("VP8X", header), webp_pixels(), chunk("EXIF", tiff)}));
    CHECK(colours(webp) == upright[orientation - 1]);
  }
}

TEST_CASE("of an animated WebP the first frame comes, at its place on a black canvas") {
  Bytes header{2, 0, 0, 0};
  header.insert(header.end(), std::begin(canvas_40x30), std::end(canvas_40x30));
  Bytes frame{4, 0, 0, 3, 0, 0, 31, 0, 0, 23, 0, 0, 100, 0, 0, 0};
  const Bytes pixels = webp_pixels();
  frame.insert(frame.end(), pixels.begin(), pixels.end());
  const Image image =
      decode_image(riff({chunk("VP8X", header), chunk("ANIM", Bytes(6)), chunk("ANMF", frame), chunk("ANMF", frame)}));
  CHECK(image.width() == 40);
  CHECK(image.height() == 30);
  CHECK(image.row(29)[117] == 255);
  CHECK(image.row(5)[0] == 0);
  CHECK(image.row(6)[3 * 8 + 2] == 255);
  CHECK(image.row(6)[3 * 8] == 0);
  frame[0] = 5;
  error_of(riff({chunk("VP8X", header), chunk("ANMF", frame)}));
}

TEST_CASE("of a GIF the first frame comes") {
  // 3 x 2, colours red and blue in turns; codes: clear, 0, 1, 6 (0 1), then of 4 bits 6 and end.
  const Bytes gif{'G', 'I', 'F', '8', '9', 'a', 3, 0, 2, 0, 0x80, 0, 0, 255,  0,    0,    0, 0,
                  255, ',', 0,   0,   0,   0,   3, 0, 2, 0, 0,    2, 3, 0x44, 0x6C, 0x05, 0, ';'};
  const Image image = decode_image(gif);
  CHECK(image.width() == 3);
  CHECK(image.height() == 2);
  for (int i = 0; i < 6; ++i) {
    const std::uint8_t* pixel = image.row(i / 3) + 3 * (i % 3);
    CHECK(pixel[0] == (i % 2 ? 255 : 0));
    CHECK(pixel[2] == (i % 2 ? 0 : 255));
  }
  for (std::size_t size = 0; size + 2 < gif.size(); ++size)
    error_of({gif.begin(), gif.begin() + static_cast<std::ptrdiff_t>(size)});

  const fs::path file = fs::path(WORKFLOW_SOURCE_DIR) / "../shared/data/video/head-pose-face-detection-female-and-male.gif";
  if (!fs::exists(file)) {
    WARN("skipped: no " << file);
    return;
  }
  const Image first = read_image(file.string());
  const cv::Mat real = as_mat(first);
  cv::Mat by_ffmpeg;
  REQUIRE(cv::VideoCapture(file.string(), cv::CAP_FFMPEG).read(by_ffmpeg));
  REQUIRE(real.size() == by_ffmpeg.size());
  CHECK(cv::norm(real, by_ffmpeg, cv::NORM_INF) <= 2);
}

TEST_CASE("a file that is cut short anywhere is an error, not a half grey picture") {
  cv::Mat noise(40, 50, CV_8UC3);
  cv::randu(noise, 0, 256);
  for (const char* ending : {".jpg", ".png", ".bmp", ".webp", ".ppm", ".tiff"}) {
    const Bytes whole = encoded(ending, noise);
    for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 40) {
      INFO(ending << " of " << whole.size() << " cut at " << size);
      error_of({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    }
    INFO(ending);
    error_of({whole.begin(), whole.end() - 2});
  }
  const Bytes tiff = tiff_with_orientation(1);
  for (std::size_t size = 0; size < tiff.size(); size += 50)
    error_of({tiff.begin(), tiff.begin() + static_cast<std::ptrdiff_t>(size)});
}

TEST_CASE("bytes behind the end of a picture and a thumbnail inside of it do no harm") {
  for (const char* ending : {".jpg", ".png", ".webp"}) {
    Bytes bytes = encoded(ending);
    append(bytes, "trailing bytes \xFF\xD8\xFF");
    CHECK(colours(decode_image(bytes)) == "RGWB");
  }
  const Bytes thumbnail = encoded(".jpg", cv::Mat(8, 8, CV_8UC3, cv::Scalar::all(9)));
  Bytes segment{0xFF, 0xE2, static_cast<std::uint8_t>((thumbnail.size() + 2) >> 8U),
                static_cast<std::uint8_t>(thumbnail.size() + 2)};
  segment.insert(segment.end(), thumbnail.begin(), thumbnail.end());
  Bytes jpeg = encoded(".jpg");
  insert(jpeg, 2, segment);
  CHECK(decode_image(jpeg).width() == 32);
  jpeg.resize(2 + segment.size() + 40);
  error_of(jpeg);
}

TEST_CASE("a progressive JPEG is read, and one of endlessly many scans is refused") {
  Bytes bytes = encoded(".jpg", quarters(), {cv::IMWRITE_JPEG_PROGRESSIVE, 1});
  CHECK(colours(decode_image(bytes)) == "RGWB");
  bytes.erase(bytes.end() - 2, bytes.end());
  for (int i = 0; i < 600; ++i) append(bytes, std::string_view("\xFF\xDA\x00\x02", 4));
  append(bytes, "\xFF\xD9");
  CHECK_THAT(error_of(bytes), Catch::Contains("500 scans"));
}

TEST_CASE("a picture that declares an absurd size is refused before anything is allocated") {
  Bytes png = encoded(".png");
  for (const std::size_t at : {16U, 20U}) png[at] = 0x7F;
  CHECK_THAT(error_of(png), Catch::Contains("2^28 pixels"));
  const std::string pnm = "P3\n999999 999999\n255\n0 0 0\n";
  CHECK_THAT(error_of(Bytes(pnm.begin(), pnm.end())), Catch::Contains("2^28 pixels"));
  Bytes bmp = encoded(".bmp");
  bmp[21] = 0x7F;
  error_of(bmp);
  Bytes gif{'G', 'I', 'F', '8', '9', 'a', 255, 255, 255, 255, 0, 0, 0};
  CHECK_THAT(error_of(gif), Catch::Contains("2^28 pixels"));
}

TEST_CASE("no bytes, text and random bytes behind each format's mark are errors") {
  CHECK_THAT(error_of({}), Catch::Contains("no bytes"));
  CHECK_THAT(error_of({'h', 'e', 'l', 'l', 'o'}), Catch::Contains("got other bytes"));
  std::mt19937 random(1);
  for (const char* ending : {".jpg", ".png", ".bmp", ".tiff", ".webp", ".ppm"}) {
    const Bytes whole = encoded(ending);
    for (int i = 0; i < 40; ++i) {
      Bytes broken = whole;
      for (std::size_t k = 12; k < broken.size(); k += 1 + random() % 30) broken[k] = static_cast<std::uint8_t>(random());
      // Some of it still decodes; what must not happen is anything but a picture or an Error.
      try {
        const Image image = decode_image(broken);
        CHECK_FALSE(image.empty());
      } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::Unreadable);
      }
    }
  }
}

TEST_CASE("what is saved is read again, in a folder that was not there, and nothing else is left behind") {
  const Folder folder;
  const Image image = from_mat(quarters());
  for (const char* name : {"a/b/c.png", "a/b/d.JPG", "a/b/e.bmp", "a/b/f.webp", "a/b/g.tif", "a/b/h.ppm"}) {
    save(image, folder / name);
    save(image.crop({0, 0, 1, 1}), folder / name);
    CHECK(colours(read_image(folder / name)) == "RGWB");
  }
  CHECK(std::distance(fs::directory_iterator(folder / "a/b"), fs::directory_iterator()) == 6);
}

TEST_CASE("what cannot be saved is an error that leaves nothing behind") {
  const Folder folder;
  const Image image = from_mat(quarters());
  std::ofstream(folder / "file") << "x";
  fs::create_directory(folder / "folder.png");
  for (const char* name : {"a.gif", "a", "file/a.png", "folder.png"}) {
    INFO(name);
    try {
      save(image, folder / name);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Failed);
    }
  }
  CHECK_THROWS_AS(save(from_mat(cv::Mat(1, 20000, CV_8UC3)), folder / "wide.webp"), Error);
  CHECK_THROWS_AS(save(Image(), folder / "a.png"), Error);
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 2);
}

TEST_CASE("a missing file is NotFound; a folder, a pipe and an empty file are Unreadable") {
  const Folder folder;
  std::ofstream(folder / "empty.jpg").close();
  REQUIRE(::mkfifo((folder / "pipe.jpg").c_str(), 0600) == 0);
  const auto code = [](const std::string& file) {
    try {
      read_image(file);
    } catch (const Error& error) {
      CHECK_THAT(error.what(), Catch::StartsWith("[read_image] \""));
      return error.code();
    }
    return ErrorCode::Failed;
  };
  CHECK(code(folder / "no.jpg") == ErrorCode::NotFound);
  CHECK(code(folder.path.string()) == ErrorCode::Unreadable);
  CHECK(code(folder / "pipe.jpg") == ErrorCode::Unreadable);
  CHECK(code(folder / "empty.jpg") == ErrorCode::Unreadable);
}

TEST_CASE("threads that save one file at once leave one whole picture") {
  const Folder folder;
  const Image image = from_mat(quarters());
  const auto work = [&] {
    for (int i = 0; i < 20; ++i) save(image, folder / "same.png");
  };
  std::thread other(work);
  work();
  other.join();
  CHECK(colours(read_image(folder / "same.png")) == "RGWB");
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
}
