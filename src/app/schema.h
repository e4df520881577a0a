#pragma once

#include <memory>
#include <string>

#include "app/database.h"
#include "workflow/app/app.h"

namespace workflow {

/// Where a folder's app lies.
std::string app_file(const std::string& folder);

/// Opens an app's file for writing, as the options say; makes its tables where it is new. Throws Error (Unreadable) for the
/// file of another program and for one of a newer version of this library.
std::unique_ptr<Database> open_app_file(const std::string& file, const AppOptions& options);

}  // namespace workflow
