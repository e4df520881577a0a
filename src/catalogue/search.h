#pragma once

#include <vector>

#include "workflow/catalogue/catalogue.h"

namespace workflow {

/// Those of the entries that meet the query, sorted as it says. Throws Error (InvalidSetting) for SortBy::Metric without
/// a metric. Words are compared by the stems of Snowball's English stemmer (Porter 2, snowballstem.org).
std::vector<CatalogueEntry> select(std::vector<CatalogueEntry> entries, const ModelQuery& query);

}  // namespace workflow
