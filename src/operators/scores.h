#pragma once

#include "values/scores.h"
