// Rust's names: the examples of RFC 2603 and of rustc's own documentation of the mangling, and what rustc-demangle is
// tested with. Names come out without crates' hashes, as rustc-demangle's {:#} prints them.
#include "base/rust_demangle.hpp"

#include <span>
#include <string>

#include "catch.hpp"
#include "debuginfo/demangle.hpp"

namespace {

using unoops::base::demangle_rust;
using unoops::debuginfo::demangle;

struct Name {
  std::string_view mangled, text;
};

void check(std::span<const Name> names) {
  for (const Name& n : names) {
    INFO(n.mangled);
    CHECK(demangle_rust(n.mangled).value_or("refused") == n.text);
  }
}

// A constant, as an argument of f; a type, as an inherent impl's.
std::string constant(std::string_view mangled) {
  const auto text = demangle_rust("_RIC1fK" + std::string(mangled) + "E").value_or("");
  return text.starts_with("f::<") && text.ends_with(">") ? text.substr(4, text.size() - 5) : "refused";
}
std::string type(std::string_view mangled) {
  const auto text = demangle_rust("_RMC0" + std::string(mangled)).value_or("");
  return text.starts_with("<") && text.ends_with(">") ? text.substr(1, text.size() - 2) : "refused";
}

}  // namespace

TEST_CASE("Rust paths") {
  static constexpr Name names[] = {
      {"_RNvCskwGfYPst2Cb_3foo16example_function", "foo::example_function"},
      {"_RNvNtCs1234_7mycrate3foo3bar", "mycrate::foo::bar"},
      {"_RNvC6_123foo3bar", "123foo::bar"},
      {"_RNvMs_Cs4Cv8Wi1oAIB_7mycrateNtB4_7Example3foo", "<mycrate::Example>::foo"},
      {"_RNvXCs15kBYyAo9fc_7mycrateNtB2_7ExampleNtB2_5Trait3foo", "<mycrate::Example as mycrate::Trait>::foo"},
      {"_RNvYNtCs4fqI2P2rA04_5crate1SNtB4_5Trait3foo", "<crate::S as crate::Trait>::foo"},
      {"_RNSC3foo3bar", "foo::{shim:bar#0}"},
  };
  check(names);
}

TEST_CASE("Rust closures, by number") {
  static constexpr Name names[] = {
      {"_RNCNvCs1234_7mycrate4main0", "mycrate::main::{closure#0}"},
      {"_RNCNvCs1234_7mycrate4mains_0", "mycrate::main::{closure#1}"},
      {"_RNCNCNgCs6DXkGYLi8lr_2cc5spawn00B5_", "cc::spawn::{closure#0}::{closure#0}"},
      {"_RNCINkXs25_NgCsbmNqQUJIY6D_4core5sliceINyB9_4IterhENuNgNoBb_4iter8iterator8Iterator9rpositionNCNgNpB9_"
       "6memchr7memrchrs_0E0Bb_",
       "<core::slice::Iter<u8> as core::iter::iterator::Iterator>::rposition::<core::slice::memchr::memrchr::"
       "{closure#1}>::{closure#0}"},
  };
  check(names);
}

TEST_CASE("Rust generics") {
  static constexpr Name names[] = {
      {"_RINvCs1234_7mycrate7examplelmE", "mycrate::example::<i32, u32>"},
      {"_RINvNtC3std3mem8align_ofjE", "std::mem::align_of::<usize>"},
      {"_RINvNtC3std3mem8align_ofdE", "std::mem::align_of::<f64>"},
      {"_RINvNtC3std3mem8align_ofjdE", "std::mem::align_of::<usize, f64>"},
      {"_RINvCs7QNW8dl5i3C_7mycrate7exampleNtB2_1SE", "mycrate::example::<mycrate::S>"},
      {"_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_ECs1iopQbuBiw2_3std",
       "alloc::alloc::box_free::<dyn alloc::boxed::FnBox<(), Output = ()>>"},
  };
  check(names);
}

TEST_CASE("Rust types") {
  CHECK(type("INtC8arrayvec8ArrayVechKj7b_E") == "arrayvec::ArrayVec<u8, 123>");
  CHECK(type("h") == "u8");
  CHECK(type("z") == "!");
  CHECK(type("u") == "()");
  CHECK(type("Re") == "&str");
  CHECK(type("Ql") == "&mut i32");
  CHECK(type("Pu") == "*const ()");
  CHECK(type("Oh") == "*mut u8");
  CHECK(type("Sh") == "[u8]");
  CHECK(type("Ahj4_") == "[u8; 4]");
  CHECK(type("TE") == "()");
  CHECK(type("ThE") == "(u8,)");
  CHECK(type("ThtE") == "(u8, u16)");
  CHECK(type("FEu") == "fn()");
  CHECK(type("FhEb") == "fn(u8) -> bool");
  CHECK(type("FUKCPvEu") == "unsafe extern \"C\" fn(*const ...)");
  CHECK(type("FK6systemEu") == "extern \"system\" fn()");
  CHECK(type("FG_RL0_hEu") == "for<'a> fn(&'a u8)");
  CHECK(type("FG0_RL1_hRL0_tEu") == "for<'a, 'b> fn(&'a u8, &'b u16)");
  CHECK(type("DNtC1c1TEL_") == "dyn c::T");
  CHECK(type("DNtC1c1TNtC4core4SendEL_") == "dyn c::T + core::Send");
  CHECK(type("DNtC1c1Tp4ItemhEL_") == "dyn c::T<Item = u8>");
  CHECK(type("DINtC1c1ThEp1AhEL_") == "dyn c::T<u8, A = u8>");
}

TEST_CASE("Rust constants") {
  CHECK(constant("p") == "_");
  CHECK(constant("hb_") == "11");
  CHECK(constant("j0_") == "0");
  CHECK(constant("off00ff00ff00ff00ff_") == "0xff00ff00ff00ff00ff");
  CHECK(constant("s98_") == "152");
  CHECK(constant("anb_") == "-11");
  CHECK(constant("b0_") == "false");
  CHECK(constant("b1_") == "true");
  CHECK(constant("c76_") == "'v'");
}

TEST_CASE("what linkers and optimisers append to Rust names is left out") {
  static constexpr Name names[] = {
      {"_RC3foo.llvm.9D1C9369", "foo"},
      {"_RNvC9backtrace3foo.llvm.A5310EB9", "backtrace::foo"},
      {"_RNvC9backtrace3foo.cold", "backtrace::foo"},
  };
  check(names);
}

// Non-ASCII identifiers stay in Punycode: the kernel has none.
TEST_CASE("a Rust identifier in Punycode is not refused") {
  CHECK(demangle_rust("_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y") ==
        "utf8_idents::___7hkackfecea1cbdathfdh9hlq6y");
}

TEST_CASE("what is not Rust's v0 is refused") {
  for (const std::string_view name : {"",
                                      "_R",
                                      "RNvC1a1b",
                                      "_RZ",
                                      "_ZN3foo3barE",
                                      "_R1NvC1a1b",
                                      "_RNv",
                                      "_RNvC",
                                      "_RNvC1",
                                      "_RNvC9a1b",
                                      "_RNvC1a",
                                      "_RNvC1a99999999999999999999b",
                                      "_RNvCs1",
                                      "_RNvCs-_1a1b",
                                      "_RIC1f",
                                      "_RIC1fh",
                                      "_RIC1fKhE",
                                      "_RIC1fKhxE",
                                      "_RIC1fKhg_E",
                                      "_RIC1fKK1_E",
                                      "_RIC1fKe616263_E",
                                      "_RIC1fKh1E",
                                      "_RMC0",
                                      "_RMC0Th",
                                      "_RMC0FE",
                                      "_RMC0DNtC1c1TE",
                                      "_RMC0RL0_h",
                                      "_RNvC1a1b-",
                                      "_RNvC1a1b?"}) {
    INFO(name);
    CHECK_FALSE(demangle_rust(name));
  }
}

TEST_CASE("Rust back references only lead backward") {
  CHECK(type("TINtC1a1bhEB3_E") == "(a::b<u8>, a::b<u8>)");
  CHECK_FALSE(demangle_rust("_RB_"));
  CHECK_FALSE(demangle_rust("_RNvB_1a"));
  CHECK_FALSE(demangle_rust("_RMC0B3_"));
  CHECK_FALSE(demangle_rust("_RMC0Bz_"));
  CHECK_FALSE(demangle_rust("_RMC0BZZZZZZZZZZZZZZZZZZZ_"));
}

TEST_CASE("a short Rust name can't grow without bounds") {
  CHECK(type("TThB4_EB3_E") == "((u8, u8), (u8, u8))");
  std::string doubling = "_RMC0";
  for (int i = 0; i < 16; ++i) doubling += 'T';
  doubling += 'h';
  static constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
  for (int i = 15; i >= 0; --i) doubling += "B" + std::string(1, digits[static_cast<std::size_t>(i + 3)]) + "_E";
  const auto text = demangle_rust(doubling);
  CHECK((!text || text->size() <= 4096));
  CHECK_FALSE(demangle_rust("_RMC0" + std::string(10'000, 'R') + "h"));
  CHECK_FALSE(demangle_rust("_RNv" + std::string(10'000, 'I')));
  CHECK_FALSE(demangle_rust("_RIC1f" + std::string("K") + std::string(10'000, 'B') + "E"));
  CHECK(type(std::string(40, 'R') + "h") == std::string(40, '&') + "u8");
}

TEST_CASE("old Rust names lose their hash") {
  CHECK(demangle("_ZN4core3fmt5write17h0123456789abcdefE") == "core::fmt::write");
  CHECK(demangle("_ZN3foo3barE") == "foo::bar");
  CHECK(demangle("_RNvC1a1b") == "a::b");
  CHECK(demangle("_RNv") == "_RNv");
  CHECK(demangle("vfs_read") == "vfs_read");
}

TEST_CASE("a Rust name without a word in it stays mangled", "[demangle]") {
  CHECK_FALSE(demangle_rust("_RC0"));
  CHECK_FALSE(demangle_rust("_RNvC00"));
  CHECK(demangle("_RC0") == "_RC0");
}
