#pragma once

#include <cstdint>
#include <vector>

#include "model/preprocess/preprocess.h"

namespace workflow {

/// A net's input made of a pattern, interleaved: what a session warms up with, and calibrates with where the host brings
/// no pictures. Each `number` gives another one: waves of several lengths, a colour cast and some grain, which reach
/// about as far as photos do. The host's generator of random numbers is left alone.
std::vector<float> made_up_input(const Preprocess& preprocess, std::uint32_t number = 0);

}  // namespace workflow
