#include "state/values.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "facts/frames.hpp"
#include "report/questions.hpp"
#include "state/expression.hpp"
#include "state/frame_scope.hpp"
#include "state/own_frames.hpp"
#include "state/value_reader.hpp"

namespace unoops::state {
namespace {

// How much is shown, by default and of everything.
struct Bounds {
  std::size_t frames, variables, members, objects;
};
constexpr Bounds brief{6, 8, 40, 4}, everything{64, 64, 400, 32};

// A pointer to a structure that a function had in a variable.
struct Held {
  std::string name;
  std::uint64_t value = 0;
  Type target;
  bool of_culprit = false;  // the function that the report names had it
};

// "list_del corruption. prev->next should be ffff889702cad9f8, but was ffff889702caddb8."
std::vector<std::uint64_t> addresses_in(std::string_view text) {
  constexpr std::size_t digits = 16;
  std::vector<std::uint64_t> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find_first_not_of("0123456789abcdef", at), text.size());
    std::uint64_t value = 0;
    if (end - at == digits && std::from_chars(text.data() + at, text.data() + end, value, 16).ec == std::errc())
      out.push_back(value);
    at = end == at ? at + 1 : end;
  }
  return out;
}

class Values {
 public:
  Values(Report& report, Machine& machine, FileStore& files, bool all)
      : report_(report),
        machine_(machine),
        files_(files),
        all_(all),
        bounds_(all ? everything : brief),
        reader_(machine) {}

  void run() {
    if (auto own = own_frames(report_, machine_)) {
      read(*own);
      if (own->faulted && report_.site.cause) object_of(*report_.site.cause);
      if (report_.objects.empty() && report_.site.handed) object_of(*report_.site.handed);
      objects_with_locks();
      if (report_.objects.empty()) objects_of_culprit();
      if (all_) objects_of_variables();
      if (own->faulted) objects_in_registers();
    }
    for (const Cpu& cpu : machine_.cpus())
      if (spins(cpu)) read_beside(cpu);
    if (report_.has(Trait::not_stopped))
      for (const Task& task : machine_.tasks().tasks)
        if (!task.cpu && waits_first(task)) read_beside(task);
  }

 private:
  struct Scope {
    FrameScope scope;
    bool faulted;
  };

  // Of one that the report shows beside its own.
  template <class Who>
  void read_beside(const Who& who) {
    held_.clear();
    if (auto others = frames_of(report_, machine_, who)) read(*others);
    objects_with_locks();
    if (all_) objects_of_variables();
  }

  // One task a lock shows what the lock is.
  bool waits_first(const Task& task) const {
    return std::ranges::any_of(report_.machine->locks, [&](const DumpedLock& lock) {
      return !lock.waiting.empty() && lock.waiting.front() == task.pid;
    });
  }

  bool spins(const Cpu& cpu) const {
    const auto number = static_cast<int>(cpu.number);
    return number != report_.machine->panicked_cpu &&
           std::ranges::any_of(report_.machine->locks, [&](const DumpedLock& lock) {
             return std::ranges::find(lock.spinning, number) != lock.spinning.end();
           });
  }

  // The frames up to the door through which the kernel was entered.
  std::size_t end_of(const OwnFrames& own) const {
    constexpr auto outside = FrameRole::system_call | FrameRole::exception | FrameRole::interrupt | FrameRole::thread |
                             FrameRole::softirq | FrameRole::idle;
    auto end = own.first + 1;
    while (end < own.stack.frames.size() && end - own.first < bounds_.frames && !own.stack.frames[end].saved_at &&
           (all_ || !(own.shown[end] && frame_roles(own.shown[end]->ref.symbol).has(outside))))
      ++end;
    return std::min(end, own.stack.frames.size());
  }

  void read(OwnFrames& own) {
    const auto end = end_of(own);
    std::vector<std::optional<FramePlace>> places;
    const auto tables = [&](const UnwoundFrame& frame) -> std::optional<CallFrame> {
      const auto place = place_of(frame, machine_, files_);
      return place ? place->file->call_frames().find(place->address) : std::nullopt;
    };
    const auto registers = registers_along(machine_.target(), own.stack, own.first, end, own.at_top, tables);
    scopes_.clear();
    for (std::size_t i = 0; i < registers.size(); ++i) {
      const auto at = own.first + i;
      const auto place = place_of(own.stack.frames[at], machine_, files_);
      auto scope = place ? FrameScope::of(machine_, *place, registers[i]) : std::nullopt;
      if (!scope) continue;
      if (own.shown[at]) variables(*scope, *own.shown[at], i == 0);
      scopes_.push_back({std::move(*scope), own.faulted && i == 0});
    }
  }

  // Of the functions that a frame is of, the innermost first; with their parameters and pointers before the rest where there
  // is no room for all.
  void variables(const FrameScope& scope, Frame& frame, bool first) {
    if (!all_ && !first && frame_roles(frame.ref.symbol).any()) return;
    std::vector<std::pair<int, DumpedValue>> found;
    for (const LiveVariable& variable : scope.variables()) {
      const auto place = scope.find(variable);
      auto value = place ? reader_.value(variable.name, variable.type, *place) : std::nullopt;
      if (!value && !all_) continue;
      if (!value) value = DumpedValue{std::string(variable.name), type_name(variable.type), {}, "optimised out"};
      if (variable.inlined != 0) value->function = variable.function;
      if (place) hold(variable, *place, &frame == culprit_frame(report_));
      const bool is_pointer = is_aggregate(pointee(variable.type));
      found.emplace_back(variable.parameter ? 0 : is_pointer ? 1 : 2, std::move(*value));
    }
    drop_repeats(found);
    while (found.size() > bounds_.variables) {
      const auto last = std::max_element(found.rbegin(), found.rend(),
                                         [](const auto& a, const auto& b) { return a.first < b.first; });
      found.erase(std::prev(last.base()));
    }
    frame.variables.clear();
    for (auto& [rank, value] : found) frame.variables.push_back(std::move(value));
  }

  // Functions that were inlined pass one pointer on under one name.
  void drop_repeats(std::vector<std::pair<int, DumpedValue>>& found) const {
    if (all_) return;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto& one = found[i].second;
      const auto same = [&](const auto& other) {
        return one.number && other.second.name == one.name && other.second.number == one.number;
      };
      found.erase(std::remove_if(found.begin() + static_cast<std::ptrdiff_t>(i) + 1, found.end(), same), found.end());
    }
  }

  void hold(const LiveVariable& variable, const ValuePlace& place, bool of_culprit) {
    const Type target = pointee(variable.type);
    const auto value = is_aggregate(target) ? reader_.number(variable.type, place) : std::nullopt;
    if (!value || *value >> 63 == 0) return;
    const auto known = std::ranges::find_if(held_, [&](const Held& h) {
      return h.value == *value && name_of(peel(h.target).die) == name_of(peel(target).die);
    });
    if (known == held_.end())
      held_.push_back({std::string(variable.name), *value, target, of_culprit});
    else
      known->of_culprit = known->of_culprit || of_culprit;
  }

  // The value of an expression that a register held at the fault.
  std::optional<std::uint64_t> in_register(std::string_view expression) const {
    for (const auto& [reg, names] : report_.site.register_names) {
      const auto* held = names == expression ? report_.reg(reg) : nullptr;
      if (held) return held->value;
    }
    return std::nullopt;
  }

  template <class Named>
  void object_of(const Named& cause) {
    const auto expression = Expression::of(cause.expression);
    if (!expression) return;
    for (const Scope& scope : scopes_)
      for (auto variable = scope.scope.variables().rbegin(); variable != scope.scope.variables().rend(); ++variable)
        if (variable->name == expression->root() && variable->function == cause.function)
          return objects_along(*expression, scope, *variable, cause.value);
  }

  // What the bad pointer leads to, the structure that it lies in, and that structure's own.
  void objects_along(const Expression& expression, const Scope& scope, const LiveVariable& root,
                     std::optional<std::uint64_t> told) {
    const auto place = scope.scope.find(root);
    const Expression::Value start{root.type, place.value_or(ValuePlace{})};
    const auto known = [&](std::string_view text) { return scope.faulted ? in_register(text) : std::nullopt; };
    auto steps = expression.steps();
    const auto evaluate = [&](std::size_t n) {
      return expression.evaluate(machine_.target(), n, start, place.has_value(), known);
    };
    const auto bad = evaluate(steps);
    std::optional<std::uint64_t> bad_at;
    if (bad && told && bad->place.address && reader_.number(bad->type, bad->place) == *told)
      bad_at = bad->place.address;
    for (std::size_t shown = 0; shown < 2;) {
      if (const auto value = evaluate(steps)) shown += add(expression.prefix(steps), *value, bad_at);
      if (steps == 0) return;
      steps = expression.container(steps);
    }
  }

  // The structure that a pointer leads to.
  bool add(std::string_view name, const Expression::Value& pointer, std::optional<std::uint64_t> bad_at) {
    const auto target = pointee(pointer.type);
    const auto to = is_aggregate(target) ? reader_.number(pointer.type, pointer.place) : std::nullopt;
    return to && add(name, target, *to, bad_at);
  }
  bool add(std::string_view name, Type target, std::uint64_t address, std::optional<std::uint64_t> bad_at) {
    if (address >> 63 == 0 || size_of(peel(target)) == 0 || report_.objects.size() >= bounds_.objects) return false;
    const bool known =
        std::ranges::any_of(report_.objects, [&](const DumpedObject& o) { return o.address == address; });
    if (known) return true;
    auto object = reader_.object("*" + std::string(name), target, address, bad_at, bounds_.members);
    if (!object.missing.empty() && !is_memory(address)) return false;
    report_.objects.push_back(std::move(object));
    return true;
  }

  // Of what no memory is behind there is nothing to show; what the dump left out is said.
  bool is_memory(std::uint64_t address) {
    std::byte one[1];
    const auto got = machine_.target().memory().read(address, one);
    return got == Got::yes || got == Got::excluded;
  }

  // The structures that the locks are in which tasks wait for, as the variables name them.
  void objects_with_locks() {
    for (const DumpedLock& lock : report_.machine->locks) {
      const Held* smallest = nullptr;
      for (const Held& held : held_) {
        const auto size = size_of(peel(held.target));
        const bool holds = lock.address - held.value < size && !is_opaque(held.target);
        if (holds && (!smallest || size < size_of(peel(smallest->target)))) smallest = &held;
      }
      if (smallest) add(smallest->name, smallest->target, smallest->value, {});
    }
  }

  // A register that leads to a freed object tells of its use, even where no variable names it any more.
  void objects_in_registers() {
    for (const Register& reg : report_.registers) {
      const bool known =
          std::ranges::any_of(report_.objects, [&](const DumpedObject& o) { return o.address == reg.value; });
      if (known || reg.value >> 63 == 0 || report_.objects.size() >= bounds_.objects) continue;
      auto slab = reader_.slab_at(reg.value);
      if (!slab || (!all_ && slab->free != true)) continue;
      DumpedObject& object = report_.objects.emplace_back();
      object.expression = reg.name;
      object.address = reg.value;
      object.slab = std::move(slab);
    }
  }

  // Where no bad pointer names a structure: what the blamed function worked on, and of it first what the kernel's words or
  // another pointer lead into.
  void objects_of_culprit() {
    constexpr std::size_t most = 2;
    std::vector<std::uint64_t> spoken_of;
    for (const auto& message : report_.messages)
      std::ranges::copy(addresses_in(message), std::back_inserter(spoken_of));
    for (const Held& held : held_) spoken_of.push_back(held.value);
    std::vector<std::pair<bool, const Held*>> found;
    for (const Held& held : held_) {
      const auto size = size_of(peel(held.target));
      const auto is_inside = [&](std::uint64_t address) { return address - held.value - 1 < size - 1; };
      if (held.of_culprit && size > 1 && !is_opaque(held.target))
        found.emplace_back(std::ranges::none_of(spoken_of, is_inside), &held);
    }
    std::ranges::stable_sort(found, {}, &std::pair<bool, const Held*>::first);
    for (const auto& [last, held] : found)
      if (report_.objects.size() < most) add(held->name, held->target, held->value, {});
  }

  void objects_of_variables() {
    for (const Held& held : held_) add(held.name, held.target, held.value, {});
  }

  Report& report_;
  Machine& machine_;
  FileStore& files_;
  const bool all_;
  const Bounds bounds_;
  ValueReader reader_;
  std::vector<Scope> scopes_;  // of the frames that were read last, the innermost first
  std::vector<Held> held_;
};

}  // namespace

void add_values(Report& report, Machine& machine, FileStore& files, bool all) {
  if (report.machine && report.machine->cpus) Values(report, machine, files, all).run();
}

}  // namespace unoops::state
