// Copies from and to user space that leave their object, or touch a part of it that must not be copied.
#pragma once

#include <string>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

// "a copy to user space of 8 bytes from offset 60 of an object of kmalloc-64 (64 bytes) runs 4 bytes over its end"
std::string usercopy_words(const Report&);
void next_usercopy(const Report&, Explanation&, std::string_view id);

}  // namespace unoops::kinds
