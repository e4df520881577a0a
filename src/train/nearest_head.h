#pragma once

#include "train/fit_layers.h"
#include "train/head_data.h"

namespace workflow {

/// Brings rows to length 1; a row of zeros stays one.
void normalise_rows(std::span<float> values, std::size_t length);

/// One layer whose row for each concept is its rows' mean at length 1, times a scale under which the softmax is likeliest to
/// be right on rows left out of their own mean. `rows` are of length 1.
Layer prototypes(const HeadRows& rows, std::size_t length);

/// The temperature for HeadKind::Neighbours, out of a few, under which each row's own concept is likeliest, told by the
/// other rows; of many rows a sample.
float neighbour_temperature(const HeadRows& rows, std::size_t length, int neighbours);

}  // namespace workflow
