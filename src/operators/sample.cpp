#include "workflow/operators/sample.h"

#include "base/sip_hash.h"

namespace workflow {

bool Sample::chooses(const Place& place) const {
  std::string bytes = place.input_id;
  if (per == Per::Item) {
    // A 0 byte and then four bytes a level: no other id and path come to the same.
    bytes.push_back('\0');
    for (const std::uint32_t at : place.path)
      for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>((at >> shift) & 0xff));
  }
  const std::uint64_t hash = sip_hash(bytes, static_cast<std::uint64_t>(seed), 0x776f726b666c6f77);
  // 53 bits fill a double exactly, so the comparison rounds nowhere.
  return static_cast<double>(hash >> 11) * 0x1p-53 < static_cast<double>(fraction);
}

}  // namespace workflow
