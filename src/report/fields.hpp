// All members of a report and of what it consists of, each listed once, in the order in which JSON prints them. JSON,
// redaction, what a report takes from one that goes on with it, and the copies of heads derive from these lists.
#pragma once

#include "base/rooms.hpp"
#include "report/field.hpp"
#include "report/fields_of_site.hpp"
#include "report/upkeep_fields.hpp"
#include "unoops/report.hpp"

namespace unoops::report {

template <>
inline constexpr auto fields_of<Location> = all_of(  //
    text("function", &Location::function),           //
    text("file", &Location::file),                   //
    plain("line", &Location::line),                  //
    plain("column", &Location::column),              //
    plain("inlined", &Location::inlined, always));

template <>
inline constexpr auto fields_of<Unresolved> = all_of(  //
    plain("unresolved", &Unresolved::reason, always),  //
    text("unresolved_detail", &Unresolved::detail));

template <>
inline constexpr auto fields_of<SymbolRef> = all_of(  //
    text("symbol", &SymbolRef::symbol),               //
    plain("offset", &SymbolRef::offset),              //
    plain("size", &SymbolRef::size),                  //
    text("module", &SymbolRef::module),               //
    text("build_id", &SymbolRef::build_id),           //
    address("address", &SymbolRef::address),          //
    plain("pc", &SymbolRef::pc, never));

template <>
inline constexpr auto fields_of<SlabPlace> = all_of(  //
    text("cache", &SlabPlace::cache, always),         //
    plain("object_size", &SlabPlace::object_size),    //
    plain("offset", &SlabPlace::offset, always),      //
    plain("free", &SlabPlace::free),                  //
    plain("shared_by", &SlabPlace::shared_by));

template <>
inline constexpr auto fields_of<DumpedValue> = all_of(  //
    text("name", &DumpedValue::name, always),           //
    text("type", &DumpedValue::type),                   //
    text("function", &DumpedValue::function),           //
    text("words", &DumpedValue::words),                 //
    address("number", &DumpedValue::number),            //
    text("symbol", &DumpedValue::symbol),               //
    plain("slab", &DumpedValue::slab),                  //
    private_text("content", &DumpedValue::content),     //
    plain("depth", &DumpedValue::depth),                //
    plain("bad", &DumpedValue::bad));

template <>
inline constexpr auto fields_of<DumpedObject> = all_of(  //
    text("expression", &DumpedObject::expression),       //
    text("type", &DumpedObject::type),                   //
    address("address", &DumpedObject::address),          //
    plain("slab", &DumpedObject::slab),                  //
    text("missing", &DumpedObject::missing),             //
    plain("members", &DumpedObject::members),            //
    plain("more_members", &DumpedObject::more_members));

template <>
inline constexpr auto fields_of<Frame> = all_of(  //
    plain("ref", &Frame::ref, spread),            //
    plain("reliable", &Frame::reliable, always),  //
    plain("line_no", &Frame::line_no),            //
    plain("marks", &Frame::marks),                //
    plain("printed", &Frame::printed),            //
    plain("source", &Frame::lookup, spread),      //
    plain("variables", &Frame::variables));

template <>
inline constexpr auto fields_of<Stack> = all_of(         //
    text("label", &Stack::label),                        //
    plain("role", &Stack::role, never),                  //
    plain("context", &Stack::context, never),            //
    plain("context_word", &Stack::context_word, never),  //
    plain("occurrence", &Stack::occurrence, never),      //
    plain("cpu", &Stack::cpu),                           //
    plain("pid", &Stack::pid),                           //
    text("comm", &Stack::comm),                          //
    plain("state", &Stack::state),                       //
    plain("more_tasks", &Stack::more_tasks),             //
    plain("frames", &Stack::frames, always));

template <>
inline constexpr auto fields_of<Register> = all_of(  //
    plain("name", &Register::name),                  //
    address("value", &Register::value),              //
    plain("bits", &Register::bits));

template <>
inline constexpr auto fields_of<Module> = all_of(  //
    text("name", &Module::name, always),           //
    text("flags", &Module::flags));

template <>
inline constexpr auto fields_of<TaintFlag> = all_of(  //
    plain("letter", &TaintFlag::letter, always),      //
    plain("meaning", &TaintFlag::meaning));

template <>
inline constexpr auto fields_of<Taint> = all_of(  //
    text("raw", &Taint::raw),                     //
    plain("flags", &Taint::flags));

template <>
inline constexpr auto fields_of<Kernel> = all_of(                //
    text("release", &Kernel::release),                           //
    text("version", &Kernel::version),                           //
    text("build_id", &Kernel::build_id),                         //
    private_text("command_line", &Kernel::command_line, never),  //
    text("machine", &Kernel::machine, never),                    //
    text("hypervisor", &Kernel::hypervisor, never),              //
    text("banner", &Kernel::banner));

template <>
inline constexpr auto fields_of<Panic> = all_of(  //
    text("reason", &Panic::reason, always),       //
    plain("line", &Panic::line),                  //
    plain("kexec", &Panic::kexec));

template <>
inline constexpr auto fields_of<Defect> = all_of(  //
    plain("kind", &Defect::kind, always),          //
    text("text", &Defect::text),                   //
    plain("line", &Defect::line));

template <>
inline constexpr auto fields_of<LineRange> = all_of(  //
    plain("first", &LineRange::first, always),        //
    plain("last", &LineRange::last, always));

template <>
inline constexpr auto fields_of<FollowUp> = all_of(      //
    plain("kind", &FollowUp::kind, always),              //
    text("title", &FollowUp::title, always),             //
    plain("signature", &FollowUp::signature, always),    //
    plain("cpu", &FollowUp::cpu),                        //
    plain("pid", &FollowUp::pid),                        //
    text("comm", &FollowUp::comm),                       //
    plain("time", &FollowUp::time_us, seconds),          //
    plain("line_first", &FollowUp::line_first, always),  //
    plain("line_last", &FollowUp::line_last, always));

template <>
inline constexpr auto fields_of<Trouble> = all_of(      //
    plain("bearing", &Trouble::bearing, always),        //
    plain("what", &Trouble::what, always),              //
    text("subject", &Trouble::subject),                 //
    text("text", &Trouble::text, always),               //
    plain("count", &Trouble::count, always),            //
    plain("time", &Trouble::time_us, seconds),          //
    plain("line_first", &Trouble::line_first, always),  //
    plain("line_last", &Trouble::line_last, always));

template <>
inline constexpr auto fields_of<DumpedLock> = all_of(  //
    text("type", &DumpedLock::type, always),           //
    address("address", &DumpedLock::address),          //
    plain("waiting", &DumpedLock::waiting),            //
    plain("spinning", &DumpedLock::spinning),          //
    plain("owner", &DumpedLock::owner),                //
    text("owner_comm", &DumpedLock::owner_comm),       //
    text("symbol", &DumpedLock::symbol));

template <>
inline constexpr auto fields_of<DumpedMachine> = all_of(  //
    plain("dump_level", &DumpedMachine::dump_level),      //
    plain("panicked_cpu", &DumpedMachine::panicked_cpu),  //
    plain("cpus", &DumpedMachine::cpus),                  //
    plain("tasks", &DumpedMachine::tasks),                //
    text("missing", &DumpedMachine::missing),             //
    plain("locks", &DumpedMachine::locks));

template <>
inline constexpr auto fields_of<DumpedTask> = all_of(         //
    plain("pid", &DumpedTask::pid, always),                   //
    text("comm", &DumpedTask::comm),                          //
    plain("state", &DumpedTask::state),                       //
    plain("cpu", &DumpedTask::cpu),                           //
    plain("stack", &DumpedTask::stack),                       //
    private_text("command_line", &DumpedTask::command_line),  //
    text("program", &DumpedTask::program),                    //
    text("cgroup", &DumpedTask::cgroup),                      //
    plain("idle_us", &DumpedTask::idle_us));

template <>
inline constexpr auto fields_of<CallArgument> = all_of(  //
    text("name", &CallArgument::name),                   //
    text("type", &CallArgument::type),                   //
    address("value", &CallArgument::value),              //
    text("words", &CallArgument::words));

template <>
inline constexpr auto fields_of<SystemCallMade> = all_of(  //
    plain("name", &SystemCallMade::name, always),          //
    plain("arguments", &SystemCallMade::arguments),        //
    plain("by_trace", &SystemCallMade::by_trace));

template <>
inline constexpr auto fields_of<SymbolFile> = all_of(  //
    text("what", &SymbolFile::what, always),           //
    text("path", &SymbolFile::path),                   //
    plain("fit", &SymbolFile::fit, always),            //
    text("evidence", &SymbolFile::evidence));

template <>
inline constexpr auto fields_of<Known> = all_of(  //
    text("bug", &Known::bug, always),             //
    text("link", &Known::link),                   //
    plain("fixed_in", &Known::fixed_in),          //
    plain("regressed", &Known::regressed),        //
    plain("severity", &Known::severity),          //
    plain("ignored", &Known::ignored),            //
    text("rule", &Known::rule));

template <>
inline constexpr auto fields_of<LeftBehind> = all_of(  //
    plain("report", &LeftBehind::report, always),      //
    plain("line", &LeftBehind::line, always),          //
    text("comm", &LeftBehind::comm),                   //
    plain("pid", &LeftBehind::pid),                    //
    plain("atomic", &LeftBehind::atomic, always),      //
    plain("holder", &LeftBehind::holder),              //
    text("shared", &LeftBehind::shared));

template <>
inline constexpr auto fields_of<Report> = all_of(           //
    plain("number", &Report::number, always),               //
    plain("kind", &Report::kind, always),                   //
    plain("severity", &Report::severity, always),           //
    text("title", &Report::title, always),                  //
    plain("signature", &Report::signature),                 //
    plain("corrupted", &Report::corrupted, always),         //
    plain("defects", &Report::defects, in_head),            //
    text("file", &Report::file),                            //
    plain("boot", &Report::boot, always),                   //
    plain("line_first", &Report::line_first, always),       //
    plain("line_last", &Report::line_last, always),         //
    plain("lines", &Report::lines),                         //
    plain("time", &Report::time_us, seconds),               //
    text("wall_time", &Report::wall_time),                  //
    private_text("host", &Report::host),                    //
    text("caller", &Report::caller),                        //
    plain("follows", &Report::follows),                     //
    plain("followed_by", &Report::followed_by),             //
    plain("panic", &Report::panic),                         //
    plain("known", &Report::known),                         //
    plain("before", &Report::before),                       //
    plain("left_behind", &Report::left_behind),             //
    plain("cpu", &Report::cpu),                             //
    plain("pid", &Report::pid),                             //
    plain("uid", &Report::uid),                             //
    text("comm", &Report::comm),                            //
    plain("arch", &Report::arch),                           //
    plain("kernel", &Report::kernel),                       //
    plain("taint", &Report::taint),                         //
    private_text("hardware", &Report::hardware),            //
    text("workqueue", &Report::workqueue),                  //
    plain("system_call", &Report::system_call),             //
    plain("die_number", &Report::die_number),               //
    text("headline", &Report::headline),                    //
    text("messages", &Report::messages),                    //
    text("facts", &Report::facts, in_head),                 //
    plain("fault", &Report::fault),                         //
    plain("registers", &Report::registers),                 //
    plain("user_registers", &Report::user_registers),       //
    plain("code", &Report::code),                           //
    plain("stacks", &Report::stacks),                       //
    plain("culprit_stack", &Report::culprit_stack, never),  //
    plain("culprit_frame", &Report::culprit_frame, never),  //
    plain("modules", &Report::modules),                     //
    text("modules_unloaded", &Report::modules_unloaded),    //
    address("kernel_offset", &Report::kernel_offset),       //
    plain("machine", &Report::machine),                     //
    plain("tasks", &Report::tasks),                         //
    plain("objects", &Report::objects),                     //
    plain("site", &Report::site),                           //
    plain("explanation", &Report::explanation),             //
    plain("upkeep", &Report::upkeep, spread),               //
    text("symbols", &Report::symbol_notes),                 //
    plain("symbol_files", &Report::symbol_files),           //
    text("warnings", &Report::warnings),                    //
    text("raw", &Report::raw, never));

}  // namespace unoops::report
