// As fields.hpp, of what a source tree says.
#pragma once

#include "base/rooms.hpp"
#include "report/field.hpp"
#include "unoops/upkeep.hpp"

namespace unoops::report {

template <>
inline constexpr auto fields_of<Maintainers> = all_of(  //
    text("subsystem", &Maintainers::subsystem),         //
    plain("status", &Maintainers::status),              //
    plain("lists", &Maintainers::lists),                //
    plain("people", &Maintainers::people),              //
    plain("bugs", &Maintainers::bugs));

template <>
inline constexpr auto fields_of<LaterCommit> = all_of(  //
    plain("id", &LaterCommit::id),                      //
    text("subject", &LaterCommit::subject),             //
    plain("release", &LaterCommit::release),            //
    plain("fixes", &LaterCommit::fixes));

template <>
inline constexpr auto fields_of<LaterCommits> = all_of(  //
    text("file", &LaterCommits::file),                   //
    text("function", &LaterCommits::function),           //
    plain("since", &LaterCommits::since),                //
    plain("until", &LaterCommits::until),                //
    plain("commits", &LaterCommits::commits),            //
    plain("more", &LaterCommits::more),                  //
    text("problem", &LaterCommits::problem));

template <>
inline constexpr auto fields_of<Upkeep> = all_of(  //
    plain("maintainers", &Upkeep::maintainers),    //
    plain("later", &Upkeep::later));

}  // namespace unoops::report
