#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/values/annotation.h"

namespace workflow {

class Store;

struct ReviewOptions {
  int consensus = 1;  ///< how many persons must decide alike before an annotation moves; 1..100
};

/// Which of the queue come first.
enum class Strategy {
  Uncertain,  ///< those whose score is nearest to an edge of its band; without bands, to 0.5
  Margin,     ///< those whose two best scores are nearest to each other
  Diverse,    ///< those that are farthest from each other in a model's space: greedy k-centre on stored embeddings
  Oldest,
  Random,
};

struct NextOptions {
  Strategy strategy = Strategy::Uncertain;
  std::string by = {};                ///< who asks; needed where several are to decide
  std::string task = {};              ///< only annotations of this task; empty for all
  std::chrono::seconds lease{900};    ///< how long they are kept for the one who asks; 1..604,800
  std::int64_t seed = 0;              ///< of Random
};

struct Decision {
  std::string by = {};    ///< who decides; never empty
  std::string note = {};
};

struct Rejection {
  std::string by = {};    ///< who decides; never empty
  std::string note = {};
  bool again = false;     ///< puts the same place of the input into the queue again, without concepts, for a person to label
};

/// How often two persons who decided on the same annotations decided alike.
struct Agreement {
  std::string first = {};
  std::string second = {};
  std::size_t both = 0;    ///< annotations that both decided on
  std::size_t alike = 0;
  double rate() const { return both ? static_cast<double>(alike) / static_cast<double>(both) : 0; }
};

/// How right the models' accepted annotations are, by those that audit() put up for review.
struct Quality {
  std::size_t open = 0;     ///< put up, and not yet decided on
  std::size_t decided = 0;
  std::size_t right = 0;    ///< approved as they were
  double precision = 0;     ///< right / decided; 0 where nothing is decided
  double low = 0;           ///< the precision's 95 % confidence interval (Wilson's score interval); 0..1 where nothing is decided
  double high = 1;
};

/// The queue of an app: annotations with the status PendingReview, AwaitingReview or AwaitingConsensus, and those that
/// audit() chose. Copies are the same queue. Thread-safe, and safe between processes.
/// @code
///   for (const Annotation& it : app.review().next(10, {.strategy = Strategy::Diverse, .by = "ada"}))
///     app.review().correct(it, {{"tabby", 1.0f}}, {.by = "ada"});
/// @endcode
/// A decision on an annotation that changed meanwhile throws Error (Conflict) and changes nothing; one on an annotation that
/// is gone throws NotFound; a decision that nobody makes, InvalidSetting.
class WORKFLOW_EXPORT Review {
 public:
  Review(std::shared_ptr<Store> store, const ReviewOptions& options);

  /// Up to `most` annotations to decide on. Nobody else is given them until the lease is over or they are decided on or
  /// released; with a consensus of k, up to k persons have the same one, none of them twice.
  std::vector<Annotation> next(std::size_t most, const NextOptions& options = {}) const;

  /// Gives back what next() gave, undecided.
  void release(const Annotation& annotation, const Decision& decision = {}) const;

  /// It holds: Success.
  void approve(const Annotation& annotation, const Decision& decision) const;

  /// The person's concepts hold: Success; the model's are kept beside them. Throws Error (InvalidValue) for scores outside 0..1.
  void correct(const Annotation& annotation, const Concepts& concepts, const Decision& decision) const;

  /// It does not hold: ReviewDenied.
  void reject(const Annotation& annotation, const Rejection& rejection) const;

  /// Puts a share of what models were accepted for up for review, too, though it stays Success; by a keyed hash of the id, so a
  /// smaller fraction's choice is part of a larger one's. Gives how many are new. Throws Error (InvalidSetting) outside 0..1.
  std::size_t audit(double fraction, std::int64_t seed) const;

  Quality quality() const;

  /// Of every two persons who decided on the same revision of something.
  std::vector<Agreement> agreement() const;

 private:
  std::shared_ptr<Store> store_;
  ReviewOptions options_;
};

}  // namespace workflow
