// Where calls and jumps of the listing lead to, in the best words that are known.
#pragma once

#include <string>

#include "base/rooms.hpp"
#include "inspect/naming.hpp"
#include "inspect/scene.hpp"

namespace unoops::inspect {

// The instruction's text; a direct target is "func+0x12" within the function, an address where the log prints the pc's,
// and else the distance ".+0x12".
std::string text_with_target(const Scene&, const Decoded&);

// Calls and tail calls out of the function get the name of what they lead to: by the symbols of vmlinux, or a module's
// relocations. scene.window and site.instructions belong together.
void name_targets(Scene&, Subject&);

}  // namespace unoops::inspect
