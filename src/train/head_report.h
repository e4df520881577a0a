#pragma once

#include "model/head.h"
#include "train/head_data.h"
#include "workflow/train/report.h"

namespace workflow {

/// Fills a report with how good a head is on the held-out rows, as it will be when it is run, and with the inputs that it is
/// most wrong about.
void measure(Report& report, const Head& head, const HeadData& data, const Dataset& held_out);

}  // namespace workflow
