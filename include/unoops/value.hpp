// What a memory dump holds: variables of the functions that ran, and the structures that their pointers lead to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace unoops {

// Of which slab cache an address is (v6.1 mm/slub.c).
struct SlabPlace {
  std::string cache;              // its name; merged caches have that of the first of them
  std::uint64_t object_size = 0;  // in bytes
  std::uint64_t offset = 0;       // of the address in its object
  std::optional<bool> free = {};  // nothing: the free lists do not tell
  std::uint64_t shared_by = 0;    // caches that were merged into it, itself included; 0: none were
};

// A variable, or a member of a structure. Numbers that may be addresses or keys are apart from the words, and so is what
// may be anybody's text, because a redacted report must not show them.
struct DumpedValue {
  std::string name;                          // "dev", "stats", "[3]"
  std::string type;                          // as C: "struct kfault_queue *"
  std::string function = {};                 // of a variable: the inlined function that it belongs to
  std::string words = {};                    // "NULL", "16", "ERR_PTR(-12) = -ENOMEM", "empty list", "unlocked"
  std::optional<std::uint64_t> number = {};  // a pointer, or a number of more than 32 bits
  std::string symbol = {};                   // what lies there: "jiffies", "kf_null_read+0x0/0x70 [kfault]"
  std::optional<SlabPlace> slab = {};        // of what a pointer leads to
  std::string content = {};                  // of a string or buffer, in quotes or brackets
  unsigned depth = 0;                        // of a member: how many structures it lies in
  bool bad = false;                          // the pointer that was bad
};

// A structure in memory.
struct DumpedObject {
  std::string expression;  // "*dev->queue"
  std::string type;        // "struct kfault_queue"
  std::uint64_t address = 0;
  std::optional<SlabPlace> slab = {};
  std::string missing = {};  // why there are no members: "not in the dump (-d 31)"
  std::vector<DumpedValue> members = {};
  std::uint64_t more_members = 0;  // that are not shown
};

}  // namespace unoops
