#include "catalogue/shelf.h"

namespace workflow {

Catalogue Catalogue::open(const std::string& folder, const OpenOptions& options) {
  class Own : public Shelf {
   public:
    Own(const std::string& own, bool may_fetch)
        : Shelf(OwnFolder(own), may_fetch), standard_(standard({.fetch = may_fetch})) {}

    // A head of one's own mostly stands on a built-in trunk.
    std::shared_ptr<const Shelf> beside() const override { return standard_.shelf_; }

   private:
    Catalogue standard_;
  };
  return Catalogue(std::make_shared<const Own>(folder, options.fetch));
}

}  // namespace workflow
