// The outermost frames of a trace: how the CPU came into the kernel, or how the thread began. They come in a fixed
// order, so behind one of them only a later one can follow.
#pragma once

#include <optional>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"

namespace unoops::parse {

// The last frame of the open stack that the kernel confirmed. Nothing: none is near, or no stack is open.
std::optional<std::string_view> last_confirmed(const ReportBuilder&);

// May the caller `outer` follow `inner`? Also true if `inner` is no such frame.
bool may_follow(std::string_view inner, std::string_view outer);
// True if both are such frames, in this order.
bool is_next(std::string_view inner, std::string_view outer);
// No frame follows it.
bool is_last(std::string_view symbol);
// The entry code that saves a program's registers.
bool is_entry(std::string_view symbol);

}  // namespace unoops::parse
