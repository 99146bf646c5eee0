// Calls, jumps and returns that the CPU or the compiler's check refused: what went wrong, and what the target was.
#pragma once

#include <array>
#include <string_view>

#include "base/rooms.hpp"
#include "kinds/rule.hpp"

namespace unoops::kinds {

void tell_control_flow(const Report&, Explanation&, std::string_view id);
void tell_cfi_target(const Report&, Explanation&, std::string_view id);
void tell_endbr_target(const Report&, Explanation&, std::string_view id);

inline constexpr auto control_flow_rules = std::to_array<Rule>({{"control-flow", tell_control_flow}});
inline constexpr auto cfi_rules = std::to_array<Rule>({{"cfi-target", tell_cfi_target}});
inline constexpr auto endbr_rules = std::to_array<Rule>({{"endbr-target", tell_endbr_target}});

}  // namespace unoops::kinds
