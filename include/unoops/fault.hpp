// The access that the CPU refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unoops {

enum class Access { unknown, read, write, execute };

// What the bad pointer's value says of itself.
enum class AddressClass {
  none,           // nothing was asked
  null,           // NULL
  null_offset,    // a member of a structure at NULL
  null_array,     // an element of an array at NULL
  err_ptr,        // an error code
  poison,         // a pattern or a mark that the kernel writes on purpose
  ascii,          // text
  non_canonical,  // neither a user's nor a kernel's address
  user,           // user space
  kernel,         // the kernel's memory
  text,           // the kernel's image
  module,         // the modules' area
  guard_page,     // behind the end of a kernel stack
  execute_data,   // the kernel's data, executed
  unknown,        // none of these
};

struct Fault {
  std::optional<std::uint64_t> address;  // CR2, FAR, DAR, ...; absent if it is printed as (____ptrval____)
  bool address_hashed = false;
  Access access = Access::unknown;
  std::string error_code;               // as printed: "0002"
  std::vector<std::string> error_bits;  // in words: "write", "supervisor", "not present"
  std::string esr;                      // arm64's ESR as printed
  std::optional<std::uint64_t> size;    // of the access, if the report says (KASAN)
  std::optional<bool> interrupts_on;    // in the code that faulted or was interrupted
  std::string interrupts_told_by;       // "IF is not set in EFLAGS"
};

// The pointer that was bad; if none is known, the address that the kernel prints (inspect).
struct BadPointer {
  AddressClass address_class = AddressClass::none;
  std::string note;                    // "SLUB's poison for freed objects (0x6b)"
  std::string held_in;                 // the register that held it, as the log calls it; empty: not known
  std::optional<std::uint64_t> value;  // what that register held: the address less the member's offset
};

// What else is known of the bad pointer's value.
enum class Sight {
  constant,         // it stands in the code as an immediate
  stack_variable,   // it was read from a variable on the stack
  call_argument,    // the program handed it over with the system call
  flipped_bit,      // one bit away from the good pointer in another register
  lost_page,        // no page is mapped there any more
  page_beyond,      // the page behind the one that the pointer points to is not mapped
  unloaded_module,  // a module lay there that was unloaded
  symbol,           // it is the address of a function or variable
  program_code,     // its page table entry is that of code
};

struct Sighting {
  Sight what = Sight::constant;
  std::string name;  // the function with the constant, the argument, the register, the module, the symbol, the entry
  int number = 0;    // of the argument, of the bit
};

// The words that JSON prints; empty for `unknown` and `none`.
std::string_view access_id(Access);
std::string_view address_class_id(AddressClass);

}  // namespace unoops
