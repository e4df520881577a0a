#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace workflow {

using Tallies = std::map<std::string, std::uint64_t, std::less<>>;

/// While it lives, what this thread tallies is added to `into`.
class TallyScope {
 public:
  explicit TallyScope(Tallies& into);
  ~TallyScope();
  TallyScope(const TallyScope&) = delete;
  TallyScope& operator=(const TallyScope&) = delete;

 private:
  Tallies* before_;
};

}  // namespace workflow
