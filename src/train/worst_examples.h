#pragma once

#include <cstdint>
#include <span>

#include "workflow/train/report.h"

namespace workflow {

/// Puts the held-out inputs that the report's predictions are most wrong about into it, small, the worst first. Row i of
/// the predictions is input places[i].
void show_worst(Report& report, const Dataset& held_out, std::span<const std::uint32_t> places);

/// How many of them a report shows.
constexpr std::size_t most_worst_examples = 24;

/// An input's picture as a report shows it, at most 160 pixels high and wide.
Image small_picture(const LabelledInput& input);

}  // namespace workflow
