#include "facts/addresses.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "base/hex.hpp"

namespace unoops::facts {
namespace {

struct Errno {
  int number;
  std::string_view name;
};
// include/uapi/asm-generic/errno-base.h, errno.h; include/linux/errno.h from 512 on
constexpr auto errnos = std::to_array<Errno>({
    {1, "EPERM"},
    {2, "ENOENT"},
    {3, "ESRCH"},
    {4, "EINTR"},
    {5, "EIO"},
    {6, "ENXIO"},
    {7, "E2BIG"},
    {8, "ENOEXEC"},
    {9, "EBADF"},
    {10, "ECHILD"},
    {11, "EAGAIN"},
    {12, "ENOMEM"},
    {13, "EACCES"},
    {14, "EFAULT"},
    {15, "ENOTBLK"},
    {16, "EBUSY"},
    {17, "EEXIST"},
    {18, "EXDEV"},
    {19, "ENODEV"},
    {20, "ENOTDIR"},
    {21, "EISDIR"},
    {22, "EINVAL"},
    {23, "ENFILE"},
    {24, "EMFILE"},
    {25, "ENOTTY"},
    {26, "ETXTBSY"},
    {27, "EFBIG"},
    {28, "ENOSPC"},
    {29, "ESPIPE"},
    {30, "EROFS"},
    {31, "EMLINK"},
    {32, "EPIPE"},
    {33, "EDOM"},
    {34, "ERANGE"},
    {35, "EDEADLK"},
    {36, "ENAMETOOLONG"},
    {37, "ENOLCK"},
    {38, "ENOSYS"},
    {39, "ENOTEMPTY"},
    {40, "ELOOP"},
    {42, "ENOMSG"},
    {43, "EIDRM"},
    {44, "ECHRNG"},
    {45, "EL2NSYNC"},
    {46, "EL3HLT"},
    {47, "EL3RST"},
    {48, "ELNRNG"},
    {49, "EUNATCH"},
    {50, "ENOCSI"},
    {51, "EL2HLT"},
    {52, "EBADE"},
    {53, "EBADR"},
    {54, "EXFULL"},
    {55, "ENOANO"},
    {56, "EBADRQC"},
    {57, "EBADSLT"},
    {59, "EBFONT"},
    {60, "ENOSTR"},
    {61, "ENODATA"},
    {62, "ETIME"},
    {63, "ENOSR"},
    {64, "ENONET"},
    {65, "ENOPKG"},
    {66, "EREMOTE"},
    {67, "ENOLINK"},
    {68, "EADV"},
    {69, "ESRMNT"},
    {70, "ECOMM"},
    {71, "EPROTO"},
    {72, "EMULTIHOP"},
    {73, "EDOTDOT"},
    {74, "EBADMSG"},
    {75, "EOVERFLOW"},
    {76, "ENOTUNIQ"},
    {77, "EBADFD"},
    {78, "EREMCHG"},
    {79, "ELIBACC"},
    {80, "ELIBBAD"},
    {81, "ELIBSCN"},
    {82, "ELIBMAX"},
    {83, "ELIBEXEC"},
    {84, "EILSEQ"},
    {85, "ERESTART"},
    {86, "ESTRPIPE"},
    {87, "EUSERS"},
    {88, "ENOTSOCK"},
    {89, "EDESTADDRREQ"},
    {90, "EMSGSIZE"},
    {91, "EPROTOTYPE"},
    {92, "ENOPROTOOPT"},
    {93, "EPROTONOSUPPORT"},
    {94, "ESOCKTNOSUPPORT"},
    {95, "EOPNOTSUPP"},
    {96, "EPFNOSUPPORT"},
    {97, "EAFNOSUPPORT"},
    {98, "EADDRINUSE"},
    {99, "EADDRNOTAVAIL"},
    {100, "ENETDOWN"},
    {101, "ENETUNREACH"},
    {102, "ENETRESET"},
    {103, "ECONNABORTED"},
    {104, "ECONNRESET"},
    {105, "ENOBUFS"},
    {106, "EISCONN"},
    {107, "ENOTCONN"},
    {108, "ESHUTDOWN"},
    {109, "ETOOMANYREFS"},
    {110, "ETIMEDOUT"},
    {111, "ECONNREFUSED"},
    {112, "EHOSTDOWN"},
    {113, "EHOSTUNREACH"},
    {114, "EALREADY"},
    {115, "EINPROGRESS"},
    {116, "ESTALE"},
    {117, "EUCLEAN"},
    {118, "ENOTNAM"},
    {119, "ENAVAIL"},
    {120, "EISNAM"},
    {121, "EREMOTEIO"},
    {122, "EDQUOT"},
    {123, "ENOMEDIUM"},
    {124, "EMEDIUMTYPE"},
    {125, "ECANCELED"},
    {126, "ENOKEY"},
    {127, "EKEYEXPIRED"},
    {128, "EKEYREVOKED"},
    {129, "EKEYREJECTED"},
    {130, "EOWNERDEAD"},
    {131, "ENOTRECOVERABLE"},
    {132, "ERFKILL"},
    {133, "EHWPOISON"},
    {512, "ERESTARTSYS"},
    {513, "ERESTARTNOINTR"},
    {514, "ERESTARTNOHAND"},
    {515, "ENOIOCTLCMD"},
    {516, "ERESTART"},
    {517, "EPROBE"},
    {518, "EOPENSTALE"},
    {519, "ENOPARAM"},
    {521, "EBADHANDLE"},
    {522, "ENOTSYNC"},
    {523, "EBADCOOKIE"},
    {524, "ENOTSUPP"},
    {525, "ETOOSMALL"},
    {526, "ESERVERFAULT"},
    {527, "EBADTYPE"},
    {528, "EJUKEBOX"},
    {529, "EIOCBQUEUED"},
    {530, "ERECALLCONFLICT"},
    {531, "ENOGRACE"},
});

struct Poison {
  std::uint64_t value;
  std::uint64_t reach;  // how far a member behind it may lie
  std::string_view words;
};
// include/linux/poison.h and the headers named
constexpr auto poisons = std::to_array<Poison>({
    {0xdead000000000100, 0x20, "LIST_POISON1: the next pointer of an entry that list_del() removed"},
    {0xdead000000000122, 0xce, "LIST_POISON2: the prev (or pprev) pointer of an entry that list_del() removed"},
    {0xdead000000000200, 0xff, "LIST_POISON2: the prev (or pprev) pointer of an entry that list_del() removed"},
    {0xdead000000100100, 0x20, "LIST_POISON1: the next pointer of an entry that list_del() removed"},
    {0xdead000000200200, 0xff, "LIST_POISON2: the prev (or pprev) pointer of an entry that list_del() removed"},
    // without CONFIG_ILLEGAL_POINTER_VALUE, to v4.2
    {0x100100, 0x20, "LIST_POISON1: the next pointer of an entry that list_del() removed"},
    {0x200200, 0x20, "LIST_POISON2: the prev (or pprev) pointer of an entry that list_del() removed"},
    {0x5deadbeef0000100, 0x20, "LIST_POISON1: the next pointer of an entry that list_del() removed"},
    {0x5deadbeef0000122, 0xff, "LIST_POISON2: the prev (or pprev) pointer of an entry that list_del() removed"},
    {0xdead000000000300, 0xff, "TIMER_ENTRY_STATIC: a timer that was never set up"},
    {0xdead000000000400, 0xff, "TAIL_MAPPING: the mapping of a compound page's tail page"},
    {0xdead000000000500, 0xff, "ww_mutex poison: an acquire context that ended"},
    {0xdead4ead00000000, 0xffffffff, "a spinlock's magic number read as a pointer"},
});

struct Pattern {
  std::uint8_t byte;
  std::string_view words;
};
constexpr auto patterns = std::to_array<Pattern>({
    {0x6b, "slab poison 0x6b: the object was freed before (use after free)"},
    {0x5a, "slab poison 0x5a: memory that was allocated and never written"},
    {0xa5, "slab poison 0xa5: the end mark of a freed object"},
    {0xbb, "slab red zone 0xbb of a free object"},
    {0xcc, "0xcc: the red zone of a live slab object, freed init memory, or int3 padding"},
    {0xaa, "0xaa: poisoned page, or an uninitialised variable (CONFIG_INIT_STACK_ALL_PATTERN)"},
    {0xa7, "DMA pool poison 0xa7: the block was freed before"},
    {0xa9, "DMA pool poison 0xa9: memory that was allocated and never written"},
    {0xbd, "key poison 0xbd: the key was destroyed before"},
    {0xfe, "0xfe: an uninitialised variable (CONFIG_INIT_STACK_ALL_PATTERN on 32 bits)"},
});

std::string plus(std::int64_t offset) {
  return offset == 0 ? "" : offset > 0 ? " plus " + hex(offset) : " minus " + hex(-offset);
}

// Eight bytes of one value, but for the lowest two: a member's offset was added.
const Pattern* find_pattern(std::uint64_t value, int bits, std::int64_t& beyond) {
  for (const auto& pattern : patterns) {
    const std::uint64_t full = pattern.byte * (bits == 64 ? 0x0101010101010101ULL : 0x01010101ULL);
    const auto difference = static_cast<std::int64_t>(value - full);
    if (difference >= 0 ? difference < 0x10000 : difference > -0x1000) return beyond = difference, &pattern;
    if (pattern.byte == 0x6b && value >> 8 == full >> 8) return beyond = 0, &pattern;  // 6b6b...6ba5: with the end mark
  }
  return nullptr;
}

struct Mark {
  std::uint64_t value;
  std::string_view words;
};
constexpr auto marks = std::to_array<Mark>({
    {0xdeadbeef, "0xdeadbeef: a mark that programmers write into memory"},
    {0xdead4ead, "a spinlock's magic number read as a pointer"},
    {0xdeaf1eed, "a rwlock's magic number read as a pointer"},
});

// A mark of 32 bits by itself, twice, with its sign, or with an owner_cpu of -1 behind it: nobody's address.
const Mark* find_mark(std::uint64_t value, int bits) {
  const auto high = bits == 64 ? value >> 32 : 0, low = value & 0xffffffff;
  const auto at = std::ranges::find_if(marks, [&](const Mark& mark) {
    return low - mark.value < 0x1000 && (high == 0 || high == 0xffffffff || high == mark.value);
  });
  return at == marks.end() ? nullptr : &*at;
}

bool is_ascii(std::uint64_t value, int bits) {
  for (int i = 0; i < bits; i += 8) {
    const auto byte = value >> i & 0xff;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}

std::string as_text(std::uint64_t value, int bits) {
  std::string text;
  for (int i = 0; i < bits; i += 8) text += static_cast<char>(value >> i & 0xff);
  return text;
}

// Where a kernel of four-level paging keeps what pointers point to: direct map, vmalloc, vmemmap, image and modules.
bool is_usual_kernel(std::uint64_t value) {
  return (value >= 0xffff880000000000 && value < 0xffffeb0000000000) || value >= 0xffffffff80000000;
}

// A non-canonical value that was a kernel pointer once: one or two bits flipped (memory that went bad), the upper 16
// bits foreign, or shifted on its way to KASAN's shadow.
std::optional<std::string> once_a_pointer(std::uint64_t value) {
  const auto upper = value >> 47, to_kernel = upper ^ 0x1ffff;
  const auto repaired = value | 0xffff800000000000;
  // No pointer of C leads to KASAN's shadow, to the CPU entry area or to a hole: such a value is a random number.
  if (std::popcount(to_kernel) <= 2 && is_usual_kernel(repaired)) {
    std::string bits;
    for (int i = 0; i < 17; ++i)
      if (to_kernel >> i & 1) bits += (bits.empty() ? "bit " : " and bit ") + std::to_string(47 + i);
    return "the kernel address " + hex(repaired) + " with " + bits + " flipped";
  }
  if (value >> 60 == 1 && is_usual_kernel(value << 3))
    return "the kernel address " + hex(value << 3) + " shifted right by 3, as for KASAN's shadow";
  // Masked, tagged or overwritten by halves; anything else is random.
  const auto top = value >> 48;
  const bool foreign = (top & (top + 1)) == 0 || (top & 0xff) == 0xff || (top & 0xff00) == 0xff00;
  if (upper & 1 && foreign && is_usual_kernel(repaired))
    return "its upper 16 bits " + hex(top) + " are foreign to the kernel address " + hex(repaired);
  return std::nullopt;
}

AddressFact named(AddressClass id, std::string words, std::int64_t beyond = 0) {
  return {id, std::move(words), beyond};
}

}  // namespace

std::string_view errno_name(int number, const ArchInfo* arch) {
  constexpr int last_common = 34, first_internal = 512;
  if (arch && arch->own_errnos && number > last_common && number < first_internal) return {};
  const auto at = std::ranges::find(errnos, number, &Errno::number);
  return at == errnos.end() ? std::string_view{} : at->name;
}

bool returns_often(int number) {
  // By their uses in ERR_PTR() and in functions that pass errors on (v6.1).
  static constexpr auto often =
      std::to_array<int>({1,   2,   3,   4,   5,   6,   7,   8,   9,   10,  11,  12,  13,  14,  16,  17,  18,  19,
                          20,  21,  22,  23,  24,  25,  26,  27,  28,  29,  30,  31,  32,  33,  34,  35,  36,  38,
                          39,  40,  42,  52,  61,  62,  67,  71,  74,  75,  84,  88,  90,  92,  93,  95,  97,  98,
                          99,  100, 101, 103, 104, 105, 107, 108, 110, 111, 112, 113, 114, 115, 116, 117, 121, 122,
                          123, 125, 126, 127, 128, 129, 512, 513, 514, 515, 516, 517, 521, 522, 524, 529, 530});
  return std::ranges::find(often, number) != often.end();
}

AddressFact address_fact(std::uint64_t value, const ArchInfo* arch) {
  const int bits = arch ? arch->bits : 64;
  const std::uint64_t mask = bits == 64 ? ~0ULL : 0xffffffffULL;
  value &= mask;
  // User space maps nothing below vm.mmap_min_addr, 64 KiB: a large structure at NULL (security/Kconfig
  // DEFAULT_MMAP_MIN_ADDR).
  const std::uint64_t page = bits == 64 ? 0x10000 : 0x1000;
  if (value == 0) return named(AddressClass::null, "NULL");
  if (value < page)
    return named(AddressClass::null_offset, "NULL plus " + hex(value), static_cast<std::int64_t>(value));
  // -1 .. -4095; with a member's offset a little above an errno, or a little below 0 (include/linux/err.h MAX_ERRNO).
  if (value > mask - 4095) {
    const auto number = static_cast<int>(mask - value + 1);
    std::string words = "ERR_PTR(-" + std::to_string(number) + ")";
    if (const auto name = errno_name(number, arch); !name.empty()) words += " = -" + std::string(name);
    return named(AddressClass::err_ptr, words + ", or NULL minus " + hex(static_cast<std::uint64_t>(number)), -number);
  }
  if (bits == 64 && value <= 0xffffffff && value > 0xffffffff - 4095) {
    const auto number = static_cast<int>(0xffffffff - value + 1);
    const auto name = errno_name(number, arch);
    return named(AddressClass::err_ptr,
                 "-" + std::to_string(number) + (name.empty() ? "" : " = -" + std::string(name)) + " cut to 32 bits",
                 -number);
  }
  for (const auto& poison : poisons)
    if (value >= poison.value && value - poison.value <= poison.reach) {
      const auto beyond = static_cast<std::int64_t>(value - poison.value);
      return named(AddressClass::poison, std::string(poison.words) + (beyond ? "," + plus(beyond) : ""), beyond);
    }
  if (const auto* mark = find_mark(value, bits)) return named(AddressClass::poison, std::string(mark->words));
  std::int64_t beyond = 0;
  if (const auto* pattern = find_pattern(value, bits, beyond))
    return named(AddressClass::poison, std::string(pattern->words) + (beyond ? "," + plus(beyond) : ""), beyond);
  // KASAN's check of a small address reads its shadow first. Where that is no canonical address, the fault has no other.
  if (arch && arch->canonical_bit)
    for (const auto& shadow : arch->kasan_shadows)
      if (const auto distance = value - shadow.offset; distance < 0x2000)
        return named(AddressClass::null_offset, "KASAN's shadow of NULL plus " + hex(distance << shadow.scale),
                     static_cast<std::int64_t>(distance << shadow.scale));
  if (is_ascii(value, bits))
    return named(AddressClass::ascii, "text: \"" + as_text(value, bits) + "\": a string was written over the pointer");
  for (const auto& range : arch ? arch->ranges : std::span<const AddressRange>(upper_half)) {
    if (value < range.first || value > range.last) continue;
    if (range.id == AddressClass::non_canonical && arch && arch->canonical_bit)
      if (auto words = once_a_pointer(value)) return named(range.id, "non-canonical: " + *words);
    return {range.id, std::string(range.words), std::nullopt};
  }
  return {AddressClass::unknown, "", std::nullopt};
}

}  // namespace unoops::facts
