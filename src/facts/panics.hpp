// Which panics are the consequence of something that was just reported, by their reason (v6.1: the panic() calls named
// in each row).
#pragma once

#include <span>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::facts {

struct DerivedPanic {
  std::string_view reason;                 // holds this text
  std::span<const std::string_view> from;  // kinds; empty: any oops, BUG or exception
  bool needs_init = false;                 // only an oops of PID 1
  bool absorbs = false;                    // those lines are the panic's own prelude: one report, the panic
};

const DerivedPanic* find_derived_panic(std::string_view reason);
bool derives_from(const DerivedPanic&, std::string_view kind_id, bool died, bool is_init);

}  // namespace unoops::facts
