// The part of report/fields.hpp that is about the fault, what it did, and the words for it. Include that one.
#pragma once

#include "base/rooms.hpp"
#include "report/field.hpp"
#include "unoops/report.hpp"

namespace unoops::report {

template <>
inline constexpr auto fields_of<Fault> = all_of(           //
    address("address", &Fault::address),                   //
    plain("address_hashed", &Fault::address_hashed),       //
    plain("access", &Fault::access),                       //
    plain("size", &Fault::size),                           //
    plain("error_code", &Fault::error_code),               //
    plain("error_bits", &Fault::error_bits),               //
    plain("esr", &Fault::esr),                             //
    plain("interrupts_on", &Fault::interrupts_on, never),  //
    plain("interrupts_told_by", &Fault::interrupts_told_by, never));

// Printed as members of the fault.
template <>
inline constexpr auto fields_of<BadPointer> = all_of(    //
    plain("address_class", &BadPointer::address_class),  //
    text("address_note", &BadPointer::note),             //
    plain("register", &BadPointer::held_in),             //
    address("pointer", &BadPointer::value));

template <>
inline constexpr auto fields_of<Code> = all_of(  //
    plain("bytes", &Code::bytes),                //
    plain("fault_offset", &Code::fault_offset),  //
    plain("unit", &Code::unit, never),           //
    text("problem", &Code::problem));

template <>
inline constexpr auto fields_of<Instruction> = all_of(        //
    plain("offset", &Instruction::offset, always),            //
    plain("function_offset", &Instruction::function_offset),  //
    plain("bytes", &Instruction::bytes),                      //
    text("text", &Instruction::text),                         //
    text("note", &Instruction::note),                         //
    plain("faulting", &Instruction::faulting, always),        //
    plain("registers", &Instruction::registers, never));

template <>
inline constexpr auto fields_of<Operand> = all_of(  //
    plain("register", &Operand::reg),               //
    address("value", &Operand::value));

template <>
inline constexpr auto fields_of<ShadowOrigin> = all_of(  //
    address("address", &ShadowOrigin::address),          //
    plain("register", &ShadowOrigin::reg),               //
    address("value", &ShadowOrigin::value));

template <>
inline constexpr auto fields_of<Cause> = all_of(      //
    text("expression", &Cause::expression),           //
    text("type", &Cause::type),                       //
    text("member", &Cause::member),                   //
    plain("offset", &Cause::offset),                  //
    address("value", &Cause::value),                  //
    plain("confidence", &Cause::confidence, always),  //
    text("function", &Cause::function),               //
    text("reason", &Cause::reason),                   //
    text("embedded", &Cause::embedded),               //
    text("comment", &Cause::comment));

template <>
inline constexpr auto fields_of<Check> = all_of(  //
    plain("macro", &Check::macro),                //
    text("condition", &Check::condition),         //
    plain("at", &Check::at),                      //
    text("function", &Check::function),           //
    plain("confidence", &Check::confidence, always));

template <>
inline constexpr auto fields_of<Sighting> = all_of(  //
    plain("what", &Sighting::what),                  //
    text("name", &Sighting::name),                   //
    plain("number", &Sighting::number));

template <>
inline constexpr auto fields_of<StackUse> = all_of(  //
    text("function", &StackUse::function, always),   //
    plain("bytes", &StackUse::bytes, always),        //
    plain("locals", &StackUse::locals),              //
    plain("calls", &StackUse::calls, always));

template <>
inline constexpr auto fields_of<TakenLock> = all_of(  //
    text("lock", &TakenLock::lock),                   //
    text("taker", &TakenLock::taker, always),         //
    text("function", &TakenLock::function, always));

template <>
inline constexpr auto fields_of<Handed> = all_of(  //
    text("expression", &Handed::expression),       //
    text("type", &Handed::type),                   //
    text("function", &Handed::function),           //
    text("callee", &Handed::callee),               //
    text("returned_by", &Handed::returned_by),     //
    address("value", &Handed::value),              //
    plain("confidence", &Handed::confidence, always));

template <>
inline constexpr auto fields_of<FaultSite> = all_of(                                   //
    plain("instructions", &FaultSite::instructions, never),                            //
    plain("operation", &FaultSite::operation),                                         //
    plain("base_register", &FaultSite::base_register),                                 //
    address("base_value", &FaultSite::base_value),                                     //
    plain("index_register", &FaultSite::index_register),                               //
    address("index_value", &FaultSite::index_value),                                   //
    plain("displacement", &FaultSite::displacement),                                   //
    address("effective_address", &FaultSite::effective_address),                       //
    plain("write", &FaultSite::is_write),                                              //
    plain("access_size", &FaultSite::access_size),                                     //
    plain("agrees_with_fault_address", &FaultSite::agrees_with_fault_address, never),  //
    plain("callee", &FaultSite::callee, never),                                        //
    plain("divisor", &FaultSite::divisor, never),                                      //
    plain("shadow", &FaultSite::shadow, never),                                        //
    plain("bad_pointer", &FaultSite::bad_pointer, never),                              //
    plain("sightings", &FaultSite::sightings, never),                                  //
    plain("cause", &FaultSite::cause, never),                                          //
    plain("handed", &FaultSite::handed, never),                                        //
    plain("touched", &FaultSite::touched, never),                                      //
    text("register_names", &FaultSite::register_names, never),                         //
    text("call_parameters", &FaultSite::call_parameters, never),                       //
    plain("stack_use", &FaultSite::stack_use),                                         //
    plain("locks_taken", &FaultSite::locks_taken),                                     //
    plain("check", &FaultSite::check),                                                 //
    text("doubts", &FaultSite::doubts));

template <>
inline constexpr auto fields_of<Finding> = all_of(  //
    plain("rule", &Finding::rule),                  //
    text("text", &Finding::text),                   //
    text("evidence", &Finding::evidence),           //
    plain("confidence", &Finding::confidence, always));

template <>
inline constexpr auto fields_of<Explanation> = all_of(     //
    text("summary", &Explanation::summary),                //
    plain("findings", &Explanation::findings),             //
    plain("look_stack", &Explanation::look_stack, never),  //
    plain("look_frame", &Explanation::look_frame, never),  //
    text("who", &Explanation::who),                        //
    text("why_fatal", &Explanation::why_fatal),            //
    text("next_steps", &Explanation::next_steps),          //
    text("next_none", &Explanation::next_none));

}  // namespace unoops::report
