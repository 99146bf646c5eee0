// The outermost frames of a trace: how the CPU came into the kernel, or how the thread began. They come in one order,
// so a trace that has reached them goes on with their like alone.
#pragma once

#include <optional>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"

namespace unoops::parse {

// The last frame of the open stack that the kernel confirmed. Nothing: none is near, or no stack is open.
std::optional<std::string_view> last_confirmed(const ReportBuilder&);

// May the caller `outer` stand behind `inner`, as far as the two are such frames?
bool may_follow(std::string_view inner, std::string_view outer);
// The two are such frames, and this is their order.
bool is_next(std::string_view inner, std::string_view outer);
// Nothing stands behind it.
bool is_last(std::string_view symbol);
// The code that a program's registers are saved by.
bool is_entry(std::string_view symbol);

}  // namespace unoops::parse
