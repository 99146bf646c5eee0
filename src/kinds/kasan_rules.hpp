// KASAN: what was touched of the object, and where the address lies in it.
#pragma once

#include <array>
#include <string_view>

#include "base/rooms.hpp"
#include "kinds/object_rules.hpp"

namespace unoops::kinds {

void tell_touched(const Report&, Explanation&, std::string_view id);
void tell_freed_later(const Report&, Explanation&, std::string_view id);
void tell_tags(const Report&, Explanation&, std::string_view id);
void tell_out_of_bounds(const Report&, Explanation&, std::string_view id);
void tell_global(const Report&, Explanation&, std::string_view id);
void tell_double_free(const Report&, Explanation&, std::string_view id);

void next_access(const Report&, Explanation&, std::string_view id);

inline constexpr auto kasan_rules = std::to_array<Rule>({
    {"touched", tell_touched},
    object_life,
    {"freed-later", tell_freed_later},
    {"tags", tell_tags},
    {"out-of-bounds", tell_out_of_bounds},
    {"global-table", tell_global},
    {"double-free", tell_double_free},
    use_after_free,
    {"next-access", next_access},
});

}  // namespace unoops::kinds
