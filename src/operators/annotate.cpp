#include "workflow/operators/annotate.h"

#include "app/annotation_rows.h"
#include "operators/scores.h"

namespace workflow {

void Annotate::check() const {
  if (!app) throw Error(ErrorCode::InvalidSetting, kind, "app: wanted an app, got none; give it App::open(folder)");
}

std::any Annotate::annotation(const Concepts& concepts, const EffectContext& context) const {
  for (const Concept& it : concepts) check_score(it, kind);
  AnnotationRecord record{.annotation = {.input_id = context.input_id,
                                         .path = context.path,
                                         .region = context.region,
                                         .moment = context.moment,
                                         .concepts = concepts,
                                         .status = status,
                                         .by = by,
                                         .run = context.run,
                                         .task = task,
                                         .info = info,
                                         .graph = context.graph,
                                         .graph_version = context.graph_version,
                                         .step = context.step,
                                         .model = context.model},
                          .bands = context.bands,
                          .why = context.why,
                          .submitted = status};
  if (by.empty()) record.annotation.by = context.model.empty() ? context.graph + "@" + context.graph_version : context.model;
  check_annotation(record.annotation);
  return AppEffect([record = std::move(record), size = PictureSize{context.width, context.height}](Writing& to) {
    submit_annotation(to, record, size);
  });
}

}  // namespace workflow
