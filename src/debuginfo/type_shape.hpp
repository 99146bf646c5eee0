// What a C type is, for those who read a value of it out of memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/rooms.hpp"
#include "debuginfo/c_types.hpp"

namespace unoops::debuginfo {

enum class Shape {
  unknown,
  integer,
  character,  // char: what texts are made of
  boolean,
  enumeration,
  pointer,
  aggregate,  // struct or union
  array,
};

struct TypeShape {
  Shape shape = Shape::unknown;
  std::uint64_t size = 0;  // in bytes; 0: not told
  bool is_signed = false;
};
TypeShape shape_of(Type);

struct ArrayShape {
  Type element;
  std::uint64_t count = 0;  // of all dimensions together; 0: not told, as of the last member of some structures
};
std::optional<ArrayShape> array_of(Type);

// The name that an enumeration has for the value; empty: none.
std::string_view enumerator(Type enumeration, std::int64_t value);

}  // namespace unoops::debuginfo
