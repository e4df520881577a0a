#include <sys/stat.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "base/atomic_file.h"
#include "base/half.h"
#include "base/mapped_file.h"
#include "catch.h"
#include "temporary_folder.h"
#include "workflow/base/error.h"

using workflow::AtomicFile;
using workflow::Error;
using workflow::ErrorCode;
using workflow::MappedFile;

namespace {

ErrorCode code_of_mapping(const std::string& file) {
  try {
    const MappedFile mapped(file, "test");
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("no error was thrown");
  return ErrorCode::Failed;
}

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

}  // namespace

TEST_CASE("a file appears only when it is committed, in place of the old one", "[files]") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.txt";
  {
    AtomicFile out(path, "test");
    out.write(std::string_view("old"));
    CHECK_FALSE(std::filesystem::exists(path));
    out.commit();
  }
  {
    AtomicFile out(path, "test");
    out.write(std::string_view("n"));
    out.write(std::string_view("ew"));
    CHECK(MappedFile(path, "test").text() == "old");
    out.commit();
  }
  CHECK(MappedFile(path, "test").text() == "new");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a file that is not committed leaves nothing behind", "[files]") {
  const TemporaryFolder folder;
  {
    AtomicFile out(folder / "a.txt", "test");
    out.write(std::string_view("half"));
    CHECK(files_in(folder.path()) == 1);
  }
  CHECK(files_in(folder.path()) == 0);
}

TEST_CASE("a file that cannot take its name leaves nothing behind", "[files]") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "taken");
  {
    AtomicFile out(folder / "taken", "test");
    CHECK_THROWS_AS(out.commit(), Error);
  }
  CHECK(files_in(folder.path()) == 1);
  CHECK_THROWS_AS(AtomicFile(folder / "missing/a.txt", "test"), Error);
}

TEST_CASE("what is no readable file is told apart: missing, folder, pipe", "[files]") {
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << "x";
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(code_of_mapping(folder / "missing") == ErrorCode::NotFound);
  CHECK(code_of_mapping(folder / "file/below") == ErrorCode::NotFound);
  CHECK(code_of_mapping("") == ErrorCode::NotFound);
  CHECK(code_of_mapping(folder / "pipe") == ErrorCode::Unreadable);
  CHECK(code_of_mapping(folder.path().string()) == ErrorCode::Unreadable);
}

TEST_CASE("an empty file maps to no bytes", "[files]") {
  const TemporaryFolder folder;
  std::ofstream(folder / "empty").flush();
  CHECK(MappedFile(folder / "empty", "test").bytes().empty());
}

TEST_CASE("halves become the floats of IEEE 754", "[half]") {
  CHECK(workflow::float_of_half(0x3C00) == 1.0F);
  CHECK(workflow::float_of_half(0xC000) == -2.0F);
  CHECK(workflow::float_of_half(0x7BFF) == 65504.0F);
  CHECK(workflow::float_of_half(0x0400) == 0x1p-14F);
  CHECK(workflow::float_of_half(0x0001) == 0x1p-24F);
  CHECK(workflow::float_of_half(0x83FF) == -1023 * 0x1p-24F);
  CHECK(workflow::float_of_half(0x3555) == 0.333251953125F);
  CHECK(std::signbit(workflow::float_of_half(0x8000)));
  CHECK(workflow::float_of_half(0x7C00) == std::numeric_limits<float>::infinity());
  CHECK(workflow::float_of_half(0xFC00) == -std::numeric_limits<float>::infinity());
  CHECK(std::isnan(workflow::float_of_half(0x7E01)));
}
