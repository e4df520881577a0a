#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/values/annotation.h"
#include "workflow/values/embedding.h"

namespace workflow {

/// A change of an annotation's status or concepts, as logged.
struct Move {
  std::int64_t annotation = 0;
  std::string by = {};
  std::string action = {};  ///< "write", "submit", "approve", "correct", "reject", "requeue", "audit"
  std::optional<Status> from = {};
  Status to = Status::Success;
  std::int64_t when = 0;  ///< milliseconds since 1970 in UTC
};

/// Which of the waiting annotations come first.
enum class Strategy {
  Oldest,     ///< as they came
  Uncertain,  ///< the top score nearest to the edge of its band (info.accept, info.review) or, without bands, to 0.5
  Margin,     ///< the smallest distance between the two best concepts
  Diverse,    ///< far from each other in the index (greedy k-centre on the embeddings); those without a vector last
  Random,     ///< by a keyed hash of id and seed
};

struct NextOptions {
  Strategy strategy = Strategy::Oldest;
  std::string by = {};          ///< who leases them; two people never hold the same one
  double lease_seconds = 600;   ///< after which it goes back; above 0
  std::uint64_t seed = 0;       ///< for Random
};

struct Decision {
  std::string by = {};       ///< who; must not be empty
  std::string note = {};     ///< kept in the log
  bool requeue = false;      ///< of reject: the input comes back into the queue
};

/// How good the accepted ones are, from those that were audited.
struct Quality {
  std::size_t audited = 0;
  std::size_t right = 0;
  double precision = 0;  ///< right / audited; 0 where none was audited
  double low = 0;        ///< Clopper-Pearson, 95 %
  double high = 1;
};

/// The review queue of an app: annotations that are PendingReview, AwaitingReview or AwaitingConsensus. Thread-safe; a copy is the same queue.
class WORKFLOW_EXPORT Review {
 public:
  /// The next n to decide, leased to `by`; those that somebody else holds are passed over.
  std::vector<Annotation> next(std::size_t n, const NextOptions& options = {});

  /// Success, as it is. A decision on an annotation that changed since it was read is refused: Error (InvalidValue) that
  /// says who changed it to what; nothing is lost.
  void approve(const Annotation& annotation, const Decision& decision);

  /// Success with the person's concepts; the model's are kept beside them.
  void correct(const Annotation& annotation, const Concepts& concepts, const Decision& decision);

  /// ReviewDenied; with `requeue` a fresh PendingReview of the same input and region comes into the queue.
  void reject(const Annotation& annotation, const Decision& decision);

  /// A person's own label: AwaitingReview, or Success where `trusted`. Gives the annotation as written.
  Annotation submit(Annotation annotation, const Decision& decision, bool trusted = false);

  /// From now on, k people must agree before an annotation leaves the queue; 1 by default, at least 1.
  void set_consensus(int k);

  /// Share of decisions of two people on the same annotation that agree, 0..1; 1 where there are none.
  double agreement() const;

  /// Puts a known random share of the accepted (status success, a model's) up for review: by a keyed hash, so the same
  /// ones for the same seed. Gives how many.
  std::size_t audit(double fraction, std::uint64_t seed);
  Quality quality() const;

  void release(const Annotation& annotation, const std::string& by);  ///< gives a lease back

 private:
  friend class App;
  class Desk;
  explicit Review(std::shared_ptr<Desk> desk) : desk_(std::move(desk)) {}
  std::shared_ptr<Desk> desk_;
};

}  // namespace workflow
