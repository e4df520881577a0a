#pragma once

#include <cstdint>
#include <string_view>

namespace workflow {

/// SipHash-2-4 of some bytes under a key of 128 bits: the same on every machine, and spread evenly over 64 bits.
/// Aumasson, Bernstein: SipHash, a fast short-input PRF (2012).
std::uint64_t sip_hash(std::string_view bytes, std::uint64_t key_low, std::uint64_t key_high);

}  // namespace workflow
