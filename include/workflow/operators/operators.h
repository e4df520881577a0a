#pragma once

#include "workflow/operators/bands.h"
#include "workflow/operators/count.h"
#include "workflow/operators/crop.h"
#include "workflow/operators/keep.h"
#include "workflow/operators/map_concepts.h"
#include "workflow/operators/merge_tiles.h"
#include "workflow/operators/non_maximum_suppression.h"
#include "workflow/operators/resize.h"
#include "workflow/operators/sample.h"
#include "workflow/operators/threshold.h"
#include "workflow/operators/tile.h"
#include "workflow/operators/top_k.h"
