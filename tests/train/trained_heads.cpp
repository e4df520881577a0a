#include <fstream>

#include "catch.h"
#include "models.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/classifier.h"
#include "workflow/model/detector.h"
#include "workflow/model/embedder.h"
#include "workflow/operators/crop.h"

using namespace workflow;

namespace {

// The trunk's weights come from packages that a machine may lack.
template <class T>
std::optional<T> loaded(const std::string& name, const std::string& folder = {}) {
  try {
    return Catalogue::standard({.folder = folder}).load<T>(name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::NotFound) throw;
    WARN("skipped: " << error.what());
    return std::nullopt;
  }
}

}  // namespace

TEST_CASE("text-features gives what text-embedder gives, and the words behind it") {
  if (!test::is_there(test::text_package())) return;
  const auto meaning = loaded<Embedder>("text-embedder", test::text_models()),
             features = loaded<Embedder>("text-features", test::text_models());
  if (!meaning || !features) return;
  const Text text{"My card has not arrived yet, what can I do?"};
  const auto first = meaning->embed(text).values, all = features->embed(text).values;
  REQUIRE(first.size() == 512);
  REQUIRE(all.size() == 1024);
  for (std::size_t i = 0; i < first.size(); ++i) CHECK(all[i] == Approx(first[i]).margin(1e-5));
}

TEST_CASE("The text heads know plain cases") {
  if (!test::is_there(test::text_package())) return;
  if (const auto mood = loaded<Classifier>("text-sentiment", test::text_models())) {
    CHECK(mood->classify(Text{"a wonderful , moving and beautifully acted film ."}).top().name == "positive");
    CHECK(mood->classify(Text{"a dull , stupid mess that wastes its actors ."}).top().name == "negative");
  }
  if (const auto spam = loaded<Classifier>("text-spam", test::text_models())) {
    CHECK(spam->classify(Text{"WINNER! You have won a 1000 pound prize. Call 09061701461 now to claim."}).top().name ==
          "spam");
    CHECK(spam->classify(Text{"ok, see you at home then. do you want me to bring some bread?"}).top().name == "ham");
  }
  if (const auto intent = loaded<Classifier>("text-intent", test::text_models())) {
    CHECK(intent->labels().size() == 77);
    CHECK(intent->classify(Text{"I am still waiting for my new card, when will it get here?"}).top().name == "card_arrival");
  }
}

TEST_CASE("face-mask says of bare faces that they are bare") {
  const auto find_faces = loaded<Detector>("face-detector");
  const auto read_mask = loaded<Classifier>("face-mask");
  if (!find_faces || !read_mask || !test::is_there(test::face_package())) return;
  int bare = 0, all = 0;
  for (int i = 1; i <= 6; ++i) {
    const Image photo = read_image(test::face_package() + "/demo/sample" + std::to_string(i) + ".jpg");
    for (const Region& face : find_faces->detect(photo)) {
      if (face.score < 0.6f) continue;
      ++all;
      bare += read_mask->classify(Crop{.margin = 1.2f}(face, photo).value()).top().name == "no mask" ? 1 : 0;
    }
  }
  INFO(bare << " of " << all);
  CHECK(all >= 12);
  CHECK(bare >= all - 1);
}
