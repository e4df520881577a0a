#include "run/file_list.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "catch.h"
#include "workflow/base/error.h"

using namespace workflow;
namespace fs = std::filesystem;

namespace {

// A folder with these files in it, gone at the end of the test.
struct Folder {
  explicit Folder(const std::vector<std::string>& files) {
    for (const auto& file : files) {
      fs::create_directories((path / file).parent_path());
      std::ofstream(path / file) << "x";
    }
  }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }

  fs::path path = fs::temp_directory_path() / ("workflow-files-" + std::to_string(::getpid()));
};

std::vector<std::string> ids(const std::vector<ListedFile>& files) {
  std::vector<std::string> names;
  for (const auto& file : files) {
    CHECK(fs::is_regular_file(file.path));
    names.push_back(file.id);
  }
  return names;
}

using Names = std::vector<std::string>;
const Names pictures{".jpg", ".png"};

}  // namespace

TEST_CASE("a folder gives its own images in natural order, whatever the case of their endings") {
  const Folder folder({"img10.jpg", "img2.JPG", "img1.png", "notes.txt", "below/img3.jpg"});
  CHECK(ids(list_files(folder.path.string(), pictures)) == Names{"img1.png", "img2.JPG", "img10.jpg"});
  CHECK(ids(list_files(folder.path.string() + "/", pictures)) == Names{"img1.png", "img2.JPG", "img10.jpg"});
}

TEST_CASE("a single file is taken whatever its ending, and its id is its name") {
  const Folder folder({"odd[1].dat"});
  const auto files = list_files(folder / "odd[1].dat", pictures);
  REQUIRE(files.size() == 1);
  CHECK(files[0].id == "odd[1].dat");
  CHECK(files[0].path == folder / "odd[1].dat");
}

TEST_CASE("a glob matches names with *, ? and sets, and gives ids below its fixed part") {
  const Folder folder({"a/x1.jpg", "a/x2.jpg", "a/y1.jpg", "b/x1.jpg", "b/x1.txt", "b/.x9.jpg"});
  CHECK(ids(list_files(folder / "*/x?.jpg", pictures)) == Names{"a/x1.jpg", "a/x2.jpg", "b/x1.jpg"});
  CHECK(ids(list_files(folder / "a/[xz]*", pictures)) == Names{"x1.jpg", "x2.jpg"});
  CHECK(ids(list_files(folder / "b/*", pictures)) == Names{"x1.jpg"});
}

TEST_CASE("two stars take any depth of folders, none included, and each file once") {
  const Folder folder({"1.jpg", "a/2.jpg", "a/b/3.jpg", "a/b/c/4.txt", "d/5.jpg"});
  CHECK(ids(list_files(folder / "**/*.jpg", pictures)) == Names{"1.jpg", "a/2.jpg", "a/b/3.jpg", "d/5.jpg"});
  CHECK(ids(list_files(folder / "**/**/*.jpg", pictures)) == Names{"1.jpg", "a/2.jpg", "a/b/3.jpg", "d/5.jpg"});
  CHECK(ids(list_files(folder / "a/**/3.jpg", pictures)) == Names{"b/3.jpg"});
  fs::create_directory_symlink(folder.path, folder.path / "a" / "loop");
  CHECK(ids(list_files(folder / "**/*.jpg", pictures)) == Names{"1.jpg", "a/2.jpg", "a/b/3.jpg", "d/5.jpg"});
}

TEST_CASE("what is not there is told with its name, and a folder without images with what is there instead") {
  const Folder folder({"a.txt", "b.csv", "below/c.jpg"});
  const auto message = [&](const std::string& pattern) -> std::string {
    try {
      list_files(pattern, pictures);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::NotFound);
      return error.what();
    }
    return "";
  };
  CHECK_THAT(message("no/such/folder"), Catch::Contains("\"no/such/folder\": no such file or folder"));
  CHECK_THAT(message(folder.path.string()), Catch::Contains("wanted files with .jpg .png, got 2 with other endings"));
  CHECK_THAT(message(folder / "*.bmp"), Catch::Contains("got none at all"));
  CHECK_THAT(message(""), Catch::Contains("no such file"));
}

TEST_CASE("digits in names order by their number, and equal numbers still have one order") {
  CHECK(natural_less("img2", "img10"));
  CHECK(natural_less("2", "10"));
  CHECK(natural_less("a9b2", "a9b10"));
  CHECK(natural_less("a", "a1"));
  CHECK(natural_less("img01", "img1"));
  CHECK_FALSE(natural_less("img1", "img01"));
  CHECK_FALSE(natural_less("img1", "img1"));
  CHECK(natural_less("99999999999999999999998", "99999999999999999999999"));
  CHECK(natural_less("000", "1"));
}
