#include "inspect/taken_locks.hpp"

#include <algorithm>
#include <charconv>

#include "facts/frames.hpp"
#include "inspect/naming.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::inspect {
namespace {

// v6.1 include/linux/spinlock_api_smp.h: _raw_spin_lock_irqsave, _raw_read_lock, _raw_spin_unlock_bh, ...; to v2.6.32
// _spin_lock_irqsave.
bool is_spinlock_call(std::string_view name) {
  while (name.starts_with('_')) name.remove_prefix(1);
  if (name.starts_with("raw_")) name.remove_prefix(4);
  const bool kind = name.starts_with("spin_") || name.starts_with("read_") || name.starts_with("write_");
  return kind && name.find("lock") != std::string_view::npos && name.find("trylock") == std::string_view::npos;
}
bool gives_back(std::string_view name) { return name.find("unlock") != std::string_view::npos; }

// "dev->lock": what of an object the call gets, without the lock's own innards.
std::string lock_passed(Subject& s, const Insn& call, Reg argument) {
  auto& flow = *s.flow;
  const State state = flow.before(call.address);
  Touch touch;
  touch.size = 4;
  for (const auto& a : state.regs[argument]) {
    if (!a.node || !named(*a.node) || a.stride != 0) continue;
    const auto place = flow.place(a, touch, call.address);
    if (!place || !place->where.node || !named(*place->where.node) || place->path.ambiguous) continue;
    std::string_view path = place->path.text;
    for (const std::string_view inner : {".rlock", ".raw_lock", ".val", ".cnts", ".slock"})
      path = path.substr(0, path.find(inner));
    const auto owner = expression(*place->where.node);
    if (place->where.node->kind == Node::Kind::object) return owner + std::string(path);
    return path.empty() ? owner : owner + "->" + member_of(path);
  }
  return {};
}

// Those taken before `end` and not given back, in the order of the code: a branch between may have done otherwise.
// `called`: the last call before `end` is that of the trace's next frame, and has not come back.
std::vector<TakenLock> taken_in(Subject& s, std::uint64_t end, bool called, Reg argument) {
  std::vector<TakenLock> held;
  for (const Insn& insn : s.flow->insns()) {
    if (insn.address >= end) break;
    if (insn.flow != Flow::call || insn.end() > end || (called && insn.end() == end)) continue;
    const auto callee = s.flow->callee_name(insn);
    if (!is_spinlock_call(callee)) continue;
    auto lock = lock_passed(s, insn, argument);
    if (!gives_back(callee)) {
      held.push_back({std::move(lock), callee, s.function.symbol});
      continue;
    }
    const auto same = std::ranges::find_if(held, [&](const TakenLock& one) { return one.lock == lock; });
    if (same != held.end())
      held.erase(same);
    else if (!held.empty())
      held.pop_back();
  }
  return held;
}

std::optional<unsigned> preempt_depth(const Report& r) {
  const auto text = r.fact(fact::exit_preempt_count);
  unsigned value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) return std::nullopt;
  return value & 0xff;
}

}  // namespace

void see_taken_locks(Report& r, Namer& namer) {
  constexpr std::size_t most_frames = 8, most_locks = 3;
  const auto depth = preempt_depth(r);
  const bool died = r.die_number || depth;
  if (!died || in_interrupt(r) || !(depth.value_or(0) > 0 || (!depth && r.fault.interrupts_on == false))) return;
  const auto& arguments = namer.isa().arguments;
  if (arguments.empty()) return;
  std::vector<const Frame*> frames;
  if (const auto* pc = own_pc(r)) frames.push_back(pc);
  if (const auto* trace = own_trace(r))
    for (const auto& frame : trace->frames)
      if (frame.reliable && frames.size() < most_frames &&
          !(frames.size() == 1 && frame.ref.symbol == frames[0]->ref.symbol &&
            frame.ref.offset == frames[0]->ref.offset))
        frames.push_back(&frame);
  auto& out = r.site.locks_taken;
  for (const Frame* frame : frames) {
    if (frame_roles(frame->ref.symbol).has(FrameRole::system_call | FrameRole::thread)) break;
    Subject* s = frame_roles(frame->ref.symbol).has(FrameRole::lock) ? nullptr : namer.subject(frame->ref);
    if (!s || !s->flow || !s->flow->ready()) continue;
    for (auto& lock : taken_in(*s, s->address, frame != own_pc(r), arguments[0])) out.push_back(std::move(lock));
  }
  if (out.size() > most_locks || (depth && out.size() > *depth)) out.clear();
}

}  // namespace unoops::inspect
