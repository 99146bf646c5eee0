// KASAN, KFENCE, SLUB: which object, who allocated it, who freed it.
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/rooms.hpp"
#include "kinds/rule.hpp"

namespace unoops::kinds {

// The first frame of a stack that is not the allocator's or the sanitizer's.
const Frame* user_of(const Stack&);

using Roles = std::initializer_list<StackRole>;
inline constexpr Roles allocation = {StackRole::allocated, StackRole::allocated_in};
inline constexpr Roles freeing = {StackRole::freed, StackRole::freed_in}, free_requests = {StackRole::free_requested};

// The first stack of these roles that names a user; null: none.
const Stack* life_of(const Report&, Roles);

void tell_life(const Report&, Explanation&, std::string_view id);
void tell_use_after_free(const Report&, Explanation&, std::string_view id);

inline constexpr Rule object_life{"object-life", tell_life};
inline constexpr Rule use_after_free{"use-after-free", tell_use_after_free};

}  // namespace unoops::kinds
