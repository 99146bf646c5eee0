// Values out of a dump's memory, typed by DWARF and told as a programmer would.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "debuginfo/live_variables.hpp"
#include "debuginfo/type_shape.hpp"
#include "state/machine.hpp"
#include "state/slab.hpp"
#include "unoops/value.hpp"

namespace unoops::state {

class ValueReader {
 public:
  explicit ValueReader(Machine& machine) : machine_(machine), target_(machine.target()), slabs_(target_) {}

  // Nothing: it is not in the dump, or nobody can tell it in words.
  std::optional<DumpedValue> value(std::string_view name, Type, const ValuePlace&);
  // With no more than `most` members; those around `bad`, the address of the pointer that was bad, are among them.
  DumpedObject object(std::string expression, Type, std::uint64_t address, std::optional<std::uint64_t> bad,
                      std::size_t most);
  std::optional<SlabPlace> slab_at(std::uint64_t address) { return slabs_.find(address); }
  // Of a pointer or number in memory or registers.
  std::optional<std::uint64_t> number(Type, const ValuePlace&);

 private:
  using Bytes = std::span<const std::byte>;
  struct Listing;

  // Each fills in what the value says of itself; false: nothing.
  bool describe(DumpedValue&, Type, Bytes);
  bool scalar(DumpedValue&, Type, std::uint64_t value);
  void integer(DumpedValue&, const TypeShape&, std::uint64_t value);
  void pointer(DumpedValue&, Type, std::uint64_t value);
  bool array(DumpedValue&, Type, Bytes);
  void characters(DumpedValue&, Bytes);
  std::string text_at(std::uint64_t address);
  std::string stack_at(std::uint64_t address);  // "on the stack of trig (pid 130)"
  std::string not_there(Got) const;

  void members(Listing&, Type, std::uint64_t address, unsigned depth);
  void member(Listing&, const NamedMember&, std::uint64_t address, unsigned depth);

  Machine& machine_;
  Target& target_;
  Slabs slabs_;
  bool on_stack_ = false;  // the object whose members are read lies on the stack of who ran
};

// What a kernel's own structure says in one word, where its members would say less: a lock's holder, a list's length, a
// counter. Nothing: it is none of those, or its memory is not there.
std::optional<std::string> words_of(Machine&, Type, std::uint64_t address);

}  // namespace unoops::state
