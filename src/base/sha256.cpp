#include "base/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "base/mapped_file.h"
#include "workflow/base/error.h"

namespace workflow {

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  if (!state_->context || EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) != 1)
    throw Error(ErrorCode::Unavailable, "sha256", "OpenSSL has no SHA-256");
}

Sha256::~Sha256() = default;

void Sha256::add(std::span<const std::byte> bytes) { EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()); }

std::string Sha256::digits() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum = {};
  unsigned length = 0;
  EVP_DigestFinal_ex(state_->context.get(), sum.data(), &length);
  std::string text;
  for (unsigned i = 0; i < length; ++i) text += fmt::format("{:02x}", sum[i]);
  return text;
}

std::string Sha256::of(std::span<const std::byte> bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.digits();
}

std::string Sha256::of_file(const std::string& file, const std::string& place) {
  const MappedFile mapped(file, place);
  return of(mapped.bytes());
}

}  // namespace workflow
