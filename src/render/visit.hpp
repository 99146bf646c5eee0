// All texts and all addresses of a report, so that no pass over it forgets one.
#pragma once

#include <string>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::render {

template <class Function>
void for_each_text(Frame& f, Function&& visit) {
  visit(f.ref.symbol);
  visit(f.ref.module);
  visit(f.marks);
  for (auto& at : f.printed) visit(at.function), visit(at.file);
  if (auto* chain = std::get_if<std::vector<Location>>(&f.lookup))
    for (auto& at : *chain) visit(at.function), visit(at.file);
  else
    visit(std::get<Unresolved>(f.lookup).detail);
}

template <class Function>
void for_each_text(FaultSite& site, Function&& visit) {
  for (auto& i : site.instructions) visit(i.note);
  for (auto& doubt : site.doubts) visit(doubt);
  for (auto& [name, what] : site.register_names) visit(what);
}

template <class Function>
void for_each_text(Cause& cause, Function&& visit) {
  visit(cause.expression);
  visit(cause.type);
  visit(cause.member);
  visit(cause.function);
  visit(cause.reason);
}

template <class Function>
void for_each_text(Explanation& e, Function&& visit) {
  visit(e.summary);
  visit(e.who);
  visit(e.why_fatal);
  for (auto& step : e.next_steps) visit(step);
  for (auto& finding : e.findings) visit(finding.text), visit(finding.evidence);
}

// Ids, build-ids and the signature are no prose and stay out.
template <class Function>
void for_each_text(Report& r, Function&& visit) {
  for (auto* text :
       {&r.title, &r.file, &r.host, &r.comm, &r.kernel.release, &r.kernel.version, &r.kernel.banner, &r.hardware,
        &r.workqueue, &r.headline, &r.site.bad_pointer.note, &r.code.problem, &r.modules_unloaded})
    visit(*text);
  for (auto& defect : r.defects) visit(defect.text);
  if (r.panic) visit(r.panic->reason);
  for (auto& later : r.followed_by) visit(later.title), visit(later.comm);
  for (auto* list : {&r.messages, &r.warnings, &r.symbol_notes, &r.raw})
    for (auto& text : *list) visit(text);
  for (auto& [name, value] : r.facts) visit(value);
  for (auto& stack : r.stacks) {
    visit(stack.label);
    visit(stack.comm);
    for (auto& frame : stack.frames) for_each_text(frame, visit);
  }
  for (auto& module : r.modules) visit(module.name);
  for_each_text(r.site, visit);
  if (r.site.cause) for_each_text(*r.site.cause, visit);
  if (r.site.touched) for_each_text(*r.site.touched, visit);
  for_each_text(r.explanation, visit);
}

// Registers aside: some of them hold no addresses.
template <class Function>
void for_each_address(Report& r, Function&& visit) {
  const auto maybe = [&](auto& value) {
    if (value) visit(*value);
  };
  maybe(r.fault.address);
  maybe(r.site.bad_pointer.value);
  maybe(r.site.base_value);
  maybe(r.site.index_value);
  maybe(r.site.effective_address);
  if (r.site.cause) maybe(r.site.cause->value);
  if (r.site.touched) maybe(r.site.touched->value);
  for (auto& stack : r.stacks)
    for (auto& frame : stack.frames) maybe(frame.ref.address);
}

}  // namespace unoops::render
