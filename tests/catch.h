#pragma once

// Catch2 2.13 (Debian 12) and 3.x (Debian 13) in one header.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>

#include <string>

using Catch::Approx;
namespace Catch {
inline auto Contains(const std::string& part) { return Matchers::ContainsSubstring(part); }
inline auto StartsWith(const std::string& part) { return Matchers::StartsWith(part); }
inline auto EndsWith(const std::string& part) { return Matchers::EndsWith(part); }
}  // namespace Catch
#else
#include <catch2/catch.hpp>
#endif
