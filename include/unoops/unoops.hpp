// The whole library: Decoder first, then what it hands out and what writes it.
#pragma once

#include "unoops/annotate.hpp"
#include "unoops/decoder.hpp"
#include "unoops/known.hpp"
#include "unoops/parallel.hpp"
#include "unoops/render.hpp"
#include "unoops/report.hpp"
#include "unoops/source.hpp"
#include "unoops/version.hpp"
