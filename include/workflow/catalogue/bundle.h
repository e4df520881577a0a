#pragma once

#include <string>

#include "workflow/base/export.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/graph/graph.h"
#include "workflow/graph/operators.h"

namespace workflow {

/// Writes a graph with all that it needs into one file: its steps and settings (the concept graphs of MapConcepts among
/// them), its models with manifests, weights, labels and cards, the trunks of heads, and a SHA-256 of each. The file is a
/// zip archive of stored entries (docs/formats.md); it is written aside and renamed, and the same graph gives the same
/// bytes. Returns its fingerprint, the SHA-256 of the list of all sums.
/// Throws Error: InvalidGraph for a step that has no JSON, Failed where the disk refuses.
WORKFLOW_EXPORT std::string bundle(const Graph& graph, const std::string& file);

/// A graph that came out of a file.
struct Bundle {
  Graph graph;
  Catalogue catalogue;  ///< its models; only read
  std::string fingerprint;
};

struct OpenBundleOptions {
  /// What bundle() returned; the file has to be that very one. Empty: whatever is whole in itself is taken.
  std::string fingerprint = {};

  /// Of a graph with operators of a host's own; null: Operators::standard().
  const Operators* operators = nullptr;
};

/// Opens such a file; nothing else is read, so it works on another machine without net or cache. Weights stay in the mapped
/// file, which must not be changed meanwhile.
/// @code
///   Bundle shop = open_bundle("faces.wfz");
///   auto expressions = shop.graph.port<Concepts>("expressions");
///   for (const Result& result : executor.run(shop.graph, images("photos/"))) ...
/// @endcode
/// Throws Error: NotFound; Unreadable where anything in it is not what its sums or the fingerprint say; what
/// Graph::from_json and Catalogue::load throw.
WORKFLOW_EXPORT Bundle open_bundle(const std::string& file, const OpenBundleOptions& options = {});

}  // namespace workflow
