#pragma once

#include <string_view>

namespace workflow {

// What a report's page has beside its figures.
extern const std::string_view report_style;
extern const std::string_view report_controls;  ///< the choice of a concept and of a threshold
extern const std::string_view report_script;    ///< draws ROC and precision-recall of `concepts` at the chosen threshold

}  // namespace workflow
