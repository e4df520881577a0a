#include "workflow/model/precision_report.h"

#include <fmt/format.h>

namespace workflow {

std::string_view name_of(Precision precision) {
  switch (precision) {
    case Precision::BFloat16:
      return "bfloat16";
    case Precision::Int8:
      return "int8";
    default:
      return "float32";
  }
}

std::string PrecisionReport::text() const {
  if (inputs == 0) return fmt::format("{}: as it was trained", name_of(precision));
  return fmt::format("{} on {} {}inputs: outputs change by {:.2f} % (worst {:.2f} %), the same top one for {:.0f} %",
                     name_of(precision), inputs, is_made_up ? "made-up " : "", 100 * mean_change, 100 * worst_change,
                     100 * same_top);
}

}  // namespace workflow
