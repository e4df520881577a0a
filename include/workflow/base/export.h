#pragma once

/// Marks what the shared library shows; everything else is hidden.
#if defined(WORKFLOW_STATIC)
#define WORKFLOW_EXPORT
#else
#define WORKFLOW_EXPORT __attribute__((visibility("default")))
#endif
