// C types as DWARF tells them: what stands at which offset of a type, and how a programmer writes it.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::debuginfo {

// A file may claim any number. No object of a kernel is as large, and sums of a few of these fit into 64 bits.
inline constexpr std::uint64_t most_bytes = std::uint64_t{1} << 40;

// A type's DIE; empty for void and for what DWARF does not tell.
struct Type {
  Dwarf_Die die{};
  explicit operator bool() const { return die.addr != nullptr; }
  const void* key() const { return die.addr; }
};

// Of a struct or union that has a unit of its own (-fdebug-types-section) GCC leaves no more than DW_AT_signature behind: the DIE that it
// names. Any other DIE is its own.
Dwarf_Die definition_of(Dwarf_Die type);
Type type_of(Dwarf_Die die);              // DW_AT_type, through abstract origins and specifications
std::string_view name_of(Dwarf_Die die);  // DW_AT_name likewise; empty: none
Type peel(Type);                          // without typedefs and qualifiers
bool is_pointer(Type);
bool is_function(Type);       // what a function pointer points to, peeled
bool is_aggregate(Type);      // struct or union, peeled
Type pointee(Type);           // of a pointer type; empty: void, or no pointer
std::uint64_t size_of(Type);  // 0: unknown, or above most_bytes
bool may_be_called(Type);     // a function's pointer, a void pointer as casts make one of, a union of such pointers
std::string type_name(Type);  // "struct kfault_queue", "u32", "int (*)(struct kfault_dev *)", "void"

// The struct that is a member of a struct, or of one in it, and begins at that offset: "node", "dev.kobj"; empty: none.
std::string embedded_member(Type aggregate, std::uint64_t offset);

// atomic_t, refcount_t, locks: nobody writes of their insides.
bool is_opaque(Type);

// What of an object is touched.
struct Touch {
  std::int64_t offset = 0;
  std::int64_t stride = 0;    // not 0: any multiple of it may have to be added to offset
  unsigned size = 0;          // of the access; 0 unknown
  std::uint64_t mask = 0;     // the bits of it that count; 0: all
  bool anywhere = false;      // offset counts modulo the stride only
  bool want_pointer = false;  // among the members of a union, pointers first
  bool is_called = false;     // and of these the function pointer; of several the union itself
  bool operator==(const Touch&) const = default;
};

struct Path {
  std::string text;         // ".port.tx", "[2]", ".desc[3].len", ".desc[].len" (index not known); empty: all of it
  std::int64_t offset = 0;  // of that member in the object
  Type type;                // of that member
  bool ambiguous = false;   // a union has other members there that are as likely
};

// Where a member stands that one knows by its name.
struct MemberPlace {
  std::uint64_t offset = 0, size = 0;     // in bytes; of a bit-field those that hold it
  unsigned bit_offset = 0, bit_size = 0;  // bit_size 0: no bit-field
  Type type;
};

struct NamedMember {
  std::string name;  // empty: an anonymous struct or union
  MemberPlace place;
};

class Types {
 public:
  // Of a struct or union, in its order.
  std::vector<NamedMember> members(Type aggregate);

  // "thread.sp": through structs, unions and anonymous ones; nullopt: this build has no such member.
  std::optional<MemberPlace> member(Type aggregate, std::string_view path);

  // nullopt: nothing that has a name stands there. An object may be an array's first element: p[3], but a struct that
  // is stepped over is no array unless the stride says so.
  const std::optional<Path>& find(Type object, const Touch&);

  // What stands at offset 0 of a struct or union: types of its members there, an array's element.
  std::vector<Type> first_members(Type aggregate);

  // The types of a hostile file hold themselves, or each other many times over. From then on nothing is known of any.
  bool endless() const { return endless_; }

 private:
  struct Member {
    std::string name;  // empty: anonymous
    std::int64_t offset = 0;
    std::uint64_t size = 0;
    Type type;
    int bit_offset = 0, bit_size = 0;  // bit_size 0: no bit-field
  };
  struct Layout {
    std::vector<Member> members;
    std::uint64_t size = 0;
    bool is_union = false, big_endian = false;
  };
  struct Found {
    Path path;
    int score = 0;
  };
  struct Candidates;

  // The data flow asks the same questions again and again.
  struct Question {
    const void* object = nullptr;
    Touch touch;
    bool operator==(const Question&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Question&) const;
  };

  bool step();  // false: enough of this search
  std::optional<Path> search(Type object, const Touch&);
  std::optional<MemberPlace> named(Type aggregate, std::string_view name, int depth);
  const Layout& layout(Type aggregate);
  static bool reaches(const Layout&, const Member&, Touch&);
  static bool has_bit(const Layout&, const Member&, const Touch&);
  std::optional<Found> descend(Type, const Touch&, int depth);
  std::optional<Found> in_aggregate(Type, const Touch&, int depth);
  std::optional<Found> in_array(Type, const Touch&, int depth);
  std::optional<Found> in_scalar(Type, const Touch&);

  std::unordered_map<const void*, Layout> layouts_;
  std::unordered_map<Question, std::optional<Path>, Hash> answers_;
  std::size_t left_ = 0;  // of the search's steps
  bool endless_ = false;
};

}  // namespace unoops::debuginfo
