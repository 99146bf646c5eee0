// --known, and `unoops known add`.
#pragma once

#include <optional>

#include "base/rooms.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "unoops/decoder.hpp"
#include "unoops/known.hpp"

namespace unoops::cli {

// The rules of --known; none where none is given. False: they cannot be read; said.
bool read_known(const Options&, std::optional<KnownRules>&);

// Prints a rule for each bug of the logs that no rule of --known knows; with --known, at that file's end. The exit status.
int add_known(const Options&, const DecodeOptions&, Progress&, Output&);

}  // namespace unoops::cli
