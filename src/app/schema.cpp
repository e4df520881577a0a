#include "app/schema.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::int64_t application_id = 0x776b666c;  // "wkfl", in the file's head: what `file` and we know it by
constexpr std::int64_t schema_version = 1;

// Times are microseconds since 1970, statuses their codes, boxes shares of the input's picture.
constexpr const char* tables = R"sql(
CREATE TABLE inputs (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,         -- what the source calls it
  width INTEGER NOT NULL DEFAULT 0,  -- pixels, of a picture
  height INTEGER NOT NULL DEFAULT 0,
  metadata TEXT,                     -- a JSON object
  created INTEGER NOT NULL
) STRICT;

CREATE TABLE writers (               -- the steps that wrote something
  id INTEGER PRIMARY KEY,
  graph TEXT NOT NULL,
  version TEXT NOT NULL,             -- of the graph, a hash of its steps and settings
  step TEXT NOT NULL,
  model TEXT NOT NULL,               -- name@version
  bands TEXT,                        -- the settings of the band that let it through, JSON
  UNIQUE (graph, version, step)
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  started INTEGER NOT NULL,
  undone INTEGER                     -- when it was taken back
) STRICT;

CREATE TABLE concepts (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE relations (             -- "from" is said as "to" (synonym), or is one of "to" (hypernym)
  kind TEXT NOT NULL,
  "from" TEXT NOT NULL,
  "to" TEXT NOT NULL,
  PRIMARY KEY (kind, "from", "to")
) STRICT, WITHOUT ROWID;

CREATE TABLE annotations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice
  input INTEGER NOT NULL REFERENCES inputs (id),
  writer INTEGER REFERENCES writers (id),  -- null: a person's own
  path TEXT NOT NULL,                -- the item's place below its input, "2/0"
  run INTEGER REFERENCES runs (id),
  "left" REAL, "top" REAL, "right" REAL, "bottom" REAL,  -- null: the whole input
  frame INTEGER, seconds REAL,       -- of a video
  status INTEGER NOT NULL,
  submitted INTEGER NOT NULL,        -- the status that it began with
  "by" TEXT NOT NULL,
  task TEXT NOT NULL,
  info TEXT,                         -- JSON
  reviewed_by TEXT,                  -- who decided on it last
  corrected INTEGER NOT NULL,        -- whether a person's concepts stand in place of a model's
  revision INTEGER NOT NULL,         -- counts the moves
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  edge REAL NOT NULL,                -- how far its nearest score is from an edge of its band
  margin REAL NOT NULL,              -- between its two best scores
  why TEXT                           -- the comparisons that led to it, JSON
) STRICT;
-- The same step writes the same item of the same input once; persons, whose writer is null, as often as they like.
CREATE UNIQUE INDEX annotations_once ON annotations (input, writer, path);
CREATE INDEX annotations_by_status ON annotations (status);
CREATE INDEX annotations_by_run ON annotations (run);
CREATE INDEX annotations_in_review ON annotations (edge) WHERE status IN (24151, 24157, 24159);

CREATE TABLE labels (                -- the concepts of an annotation
  annotation INTEGER NOT NULL REFERENCES annotations (id) ON DELETE CASCADE,
  of_model INTEGER NOT NULL,         -- 0: what holds; 1: what a model had said before a person corrected it
  concept INTEGER NOT NULL REFERENCES concepts (id),
  score REAL NOT NULL,
  PRIMARY KEY (annotation, of_model, concept)
) STRICT, WITHOUT ROWID;
CREATE INDEX labels_by_concept ON labels (concept, of_model);

CREATE TABLE moves (                 -- from status to status
  id INTEGER PRIMARY KEY,
  annotation INTEGER NOT NULL REFERENCES annotations (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  "by" TEXT NOT NULL,
  what TEXT NOT NULL,
  "from" INTEGER NOT NULL,
  "to" INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT;
CREATE INDEX moves_by_annotation ON moves (annotation);

CREATE TABLE decisions (             -- what a person said of an annotation, at one revision of it
  id INTEGER PRIMARY KEY,
  annotation INTEGER NOT NULL REFERENCES annotations (id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  "by" TEXT NOT NULL,
  verdict TEXT NOT NULL,             -- approve, correct, reject
  concepts TEXT,                     -- of a correction, JSON
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX decisions_by_annotation ON decisions (annotation, revision);

CREATE TABLE vectors (               -- embeddings; an id is never used twice, and what stands under it never changes
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  input INTEGER NOT NULL REFERENCES inputs (id),
  annotation INTEGER NOT NULL,       -- that it belongs to; 0: to the input or a region of it
  model TEXT NOT NULL,               -- name@version: only vectors of one model can be compared
  path TEXT NOT NULL DEFAULT '',     -- the item's place below its input, "2/0"
  "left" REAL, "top" REAL, "right" REAL, "bottom" REAL,  -- null: the whole input
  run INTEGER REFERENCES runs (id),
  vector BLOB NOT NULL,              -- floats, little endian
  UNIQUE (input, annotation, model, path)
) STRICT;
CREATE INDEX vectors_by_model ON vectors (model, id);
CREATE INDEX vectors_by_run ON vectors (run) WHERE run IS NOT NULL;

CREATE TABLE removed_vectors (       -- by which every process keeps its index in step; the last ones, without a gap
  id INTEGER PRIMARY KEY,
  vector INTEGER NOT NULL
) STRICT;
CREATE TRIGGER vector_removed AFTER DELETE ON vectors BEGIN
  INSERT INTO removed_vectors (vector) VALUES (old.id);
  DELETE FROM removed_vectors WHERE id <= last_insert_rowid() - 100000;
END;
CREATE TRIGGER annotation_removed AFTER DELETE ON annotations BEGIN
  DELETE FROM vectors WHERE input = old.input AND annotation = old.id;
END;

CREATE TABLE leases (                -- who has what on the desk
  annotation INTEGER NOT NULL REFERENCES annotations (id) ON DELETE CASCADE,
  reviewer TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (annotation, reviewer)
) STRICT, WITHOUT ROWID;

CREATE TABLE audits (                -- accepted annotations put up for review by a known chance
  annotation INTEGER PRIMARY KEY REFERENCES annotations (id) ON DELETE CASCADE,
  chosen INTEGER NOT NULL,
  verdict TEXT                       -- null until a person decided
) STRICT;
)sql";

std::int64_t number(Database& db, std::string_view sql) {
  Query query = db.query(sql);
  return query.next() ? query.integer(0) : 0;
}

/// Held while a file is made, so that several processes that open a new app at once make one.
class FolderLock {
 public:
  explicit FolderLock(const std::string& file)
      : descriptor_(::open(std::filesystem::path(file).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    while (descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_;
};

void make_tables(Database& db) {
  db.run("PRAGMA journal_mode = WAL");
  db.run(fmt::format("BEGIN IMMEDIATE; {} PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT", tables, application_id,
                     schema_version));
}

void check_schema(Database& db) {
  if (number(db, "PRAGMA application_id") != application_id)
    throw Error(ErrorCode::Unreadable, "app", fmt::format("\"{}\": it is another program's SQLite file; name another folder", db.file()));
  if (const std::int64_t version = number(db, "PRAGMA user_version"); version > schema_version)
    throw Error(ErrorCode::Unreadable, "app",
                fmt::format("\"{}\": wanted schema version {} or less, got {}, of a newer workflow; update the library", db.file(),
                            schema_version, version));
}

}  // namespace

std::string app_file(const std::string& folder) { return (std::filesystem::path(folder) / "app.sqlite").string(); }

std::unique_ptr<Database> open_app_file(const std::string& file, const AppOptions& options) {
  const FolderLock lock(file);
  auto db = std::make_unique<Database>(file, Database::Access::Write, options.wait);
  if (number(*db, "SELECT count(*) FROM sqlite_schema") == 0) make_tables(*db);
  check_schema(*db);
  db->run(options.synchronous == AppOptions::Synchronous::Full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  db->run("PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000");
  return db;
}

}  // namespace workflow
