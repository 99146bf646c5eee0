// Every bound of what the log may make us keep, with its reason. Passing one is a Defect, and parsing goes on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/rooms.hpp"

namespace unoops::base::limits {

// printk records end at 1,024 bytes; journal JSON and pasted mails are longer. A longer line comes in pieces.
inline constexpr std::size_t line_bytes = 64 * 1024;
// sysrq-t of a large machine prints some 30 lines for each of 10,000 tasks.
inline constexpr std::size_t report_lines = 200'000;
// As frames and as the JSON of them, below 64 MB in all.
inline constexpr std::size_t report_frames = 20'000;
inline constexpr std::size_t report_bytes = 16 * 1024 * 1024;
// CPUs that crash at the same time, each with its caller id.
inline constexpr std::size_t open_reports = 64;
// Reports that wait for what goes on with them, and how much of that is listed: a CPU that is stuck for a night.
inline constexpr std::size_t waiting_reports = 32;
inline constexpr std::size_t waiting_bytes = 8 * 1024 * 1024;
inline constexpr std::size_t follow_ups = 4'096;
inline constexpr std::size_t modules = 4'096;
// Of an inline chain that a decoder wrote in lines of their own.
inline constexpr std::size_t inline_depth = 64;
// Lines that are kept to be turned over, where the log has its newest on top.
inline constexpr std::size_t turned_bytes = 64 * 1024 * 1024;
inline constexpr std::size_t messages = 512;
inline constexpr std::size_t facts = 64;
inline constexpr std::size_t defects = 32;
// Events that a run over many sources knows again where a later source tells of them, too: 8 MB.
inline constexpr std::size_t told_events = 100'000;
// Troubles that a boot announces outside of its reports, each device's own once; the oldest are forgotten.
inline constexpr std::size_t troubles = 256;
// Annotated lines that wait for the log to name its kernel (docs/contract.md), and the references in them.
inline constexpr std::size_t annotate_wait_lines = 200;
inline constexpr std::size_t annotate_wait_refs = 10'000;
inline constexpr int annotate_wait_ms = 200;
// A pointer below is NULL with a member's offset: nothing is mapped in the first page.
inline constexpr std::uint64_t near_null = 4096;

}  // namespace unoops::base::limits
