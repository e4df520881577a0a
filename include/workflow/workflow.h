#pragma once

/// Everything that a host needs; each header also stands for itself. LibTorch and OpenCV are not among it: see
/// workflow/opencv.h for cv::Mat.
#include "workflow/base/device.h"
#include "workflow/base/error.h"
#include "workflow/base/json.h"
#include "workflow/base/log.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/graph/graph.h"
#include "workflow/graph/operators.h"
#include "workflow/model/accuracy_change.h"
#include "workflow/model/classifier.h"
#include "workflow/model/detector.h"
#include "workflow/model/embedder.h"
#include "workflow/model/landmarker.h"
#include "workflow/operators/operators.h"
#include "workflow/run/executor.h"
#include "workflow/run/source.h"
#include "workflow/show/draw.h"
#include "workflow/values/suppression.h"
#include "workflow/values/values.h"
