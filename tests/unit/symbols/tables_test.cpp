// Names, paths and places: pure functions of the symbol stage.
#include "catch.hpp"
#include "debuginfo/demangle.hpp"
#include "debuginfo/source_path.hpp"
#include "debuginfo/symbol_index.hpp"
#include "symbols/finder.hpp"
#include "symbols/symbol_map.hpp"

using namespace unoops;
using namespace unoops::symbols;
using namespace unoops::symbols;

TEST_CASE("paths are those of the kernel's tree", "[symbols]") {
  struct Row {
    const char *path, *comp_dir, *wanted;
  };
  const Row rows[] = {
      {"kernel/time/timer.c", "debian/build/build_amd64_none_amd64", "kernel/time/timer.c"},
      {"./include/linux/mm.h", "/build/linux", "include/linux/mm.h"},
      {"kernel/../include/x.h", "", "include/x.h"},
      {"/build/linux/kernel/fork.c", "/build/linux", "kernel/fork.c"},
      {"/build/reproducible-path/linux-6.1.192/arch/x86/include/asm/idtentry.h",
       "/build/reproducible-path/linux-6.1.192/debian/build/build_amd64_none_amd64", "arch/x86/include/asm/idtentry.h"},
      {"/home/me/linux/kernel/fork.c", "/home/me/obj", "kernel/fork.c"},
      {"../../kernel/fork.c", "/home/me/tree/obj/x86", "kernel/fork.c"},
      {"/home/me/tree/kernel/fork.c", "/home/me/tree/obj", "kernel/fork.c"},
      {"/usr/src/linux-headers-6.1.0-56-common/include/linux/slab.h", "/usr/src/linux-headers-6.1.0-56-amd64",
       "include/linux/slab.h"},
      {"/usr/src/kfault/src/ctx.c", "/usr/src/linux-headers-6.1.0-56-amd64", "/usr/src/kfault/src/ctx.c"},
      {"/usr/src/nvidia/kernel/os.c", "/usr/src/linux-headers-6.1.0", "/usr/src/nvidia/kernel/os.c"},
  };
  for (const Row& r : rows) CHECK(source_path(r.path, r.comp_dir) == r.wanted);
}

TEST_CASE("module files are known by their names", "[symbols]") {
  CHECK(module_name_of("snd-hda-intel.ko") == "snd_hda_intel");
  CHECK(module_name_of("ext4.ko.xz") == "ext4");
  CHECK(module_name_of("ext4.ko.zst") == "ext4");
  CHECK(module_name_of("ext4.ko.debug") == "ext4");
  CHECK(module_name_of("ext4.ko.debug.gz") == "ext4");
  CHECK(module_name_of("ext4.koala").empty());
  CHECK(module_name_of("modules.dep").empty());
  CHECK(module_name_of(".ko").empty());
}

TEST_CASE("every distribution's place for vmlinux is looked at", "[symbols]") {
  SymbolOptions options;
  options.debug_root = "/mnt/copy/";
  const auto paths = Finder(options).vmlinux_paths("6.1.0-9-test", "f071c3d7ea2d");
  const auto has = [&](const std::string& path) { return std::find(paths.begin(), paths.end(), path) != paths.end(); };
  CHECK(paths.front() == "/mnt/copy/usr/lib/debug/.build-id/f0/71c3d7ea2d.debug");
  CHECK(has("/usr/lib/debug/boot/vmlinux-6.1.0-9-test"));         // Debian, Ubuntu
  CHECK(has("/usr/lib/debug/lib/modules/6.1.0-9-test/vmlinux"));  // Fedora, RHEL
  CHECK(has("/usr/lib/debug/boot/vmlinux-6.1.0-9-test.debug"));   // SUSE
  CHECK(has("/usr/lib/debug/usr/lib/modules/6.1.0-9-test/vmlinux.debug"));
  CHECK(has("/usr/lib/modules/6.1.0-9-test/build/vmlinux"));  // Arch, a build tree
  CHECK(has("/usr/src/linux-6.1.0-9-test/vmlinux"));          // Gentoo
  CHECK(has("/boot/vmlinux-6.1.0-9-test"));
  CHECK(has("/mnt/copy/usr/lib/debug/boot/vmlinux-6.1.0-9-test"));
}

TEST_CASE("the package to install follows from the release's form", "[symbols]") {
  CHECK(package_hint("6.1.0-56-amd64") == "apt install linux-image-6.1.0-56-amd64-dbg");
  CHECK(package_hint("5.15.0-91-generic").find("linux-image-unsigned-5.15.0-91-generic-dbgsym") != std::string::npos);
  CHECK(package_hint("6.5.6-300.fc39.x86_64") == "dnf debuginfo-install kernel-core-6.5.6-300.fc39.x86_64");
  CHECK(package_hint("5.14.0-362.el9.x86_64").find("dnf debuginfo-install") == 0);
  CHECK(package_hint("6.4.0-150600.21-default") == "zypper install kernel-default-debuginfo-6.4.0-150600.21");
  CHECK(package_hint("5.3.18-150300.59-preempt") == "zypper install kernel-preempt-debuginfo-5.3.18-150300.59");
  CHECK(package_hint("5.15.0-200.131.27.el8uek.x86_64").find("kernel-uek-debuginfo") != std::string::npos);
  CHECK(package_hint("6.6.13-gentoo-x86_64").find("CONFIG_DEBUG_INFO") != std::string::npos);
  CHECK(package_hint("6.1.0-56-rt-amd64") == "apt install linux-image-6.1.0-56-rt-amd64-dbg");
  CHECK(package_hint("6.7.0-arch3-1").find("debuginfod.archlinux.org") != std::string::npos);
  CHECK(package_hint("6.1.192-kasan").empty());
}

TEST_CASE("kallsyms leaves local labels and its own helpers out", "[symbols]") {
  for (const char* name :
       {".L42", "$x", "$d.7", "__crc_printk", "__kstrtab_printk", "L0", "__kcfi_typeid_schedule", "foo_veneer", ""})
    CHECK(kallsyms_ignores(name, false));
  for (const char* name : {"schedule", "__pfx_schedule", "_text", "L1_cache", "__SCT__might_resched"})
    CHECK_FALSE(kallsyms_ignores(name, false));
  CHECK(kallsyms_ignores("$x.1", true));
  CHECK_FALSE(kallsyms_ignores("__crc_x", true));  // a module's table keeps them (kernel/module/kallsyms.c)
}

TEST_CASE("mangled names are told for people", "[symbols]") {
  CHECK(demangle("schedule") == "schedule");
  CHECK(demangle("_ZN4core3fmt5write17h0123456789abcdefE") == "core::fmt::write");
  CHECK(demangle("_RNvCs5eC3XMrgdgW_12rust_minimal4init") == "rust_minimal::init");
  CHECK(demangle("_RNvMs_NtCs1234_6kernel4syncNtB4_5Mutex4lock") == "<kernel::sync::Mutex>::lock");
  CHECK(demangle("_RNvXCs9_3fooNtB2_3BarNtB2_3Baz3run") == "<foo::Bar as foo::Baz>::run");
  CHECK(demangle("_RINvCs9_3foo3barlReE") == "foo::bar::<i32, &str>");
  CHECK(demangle("_RNCNvCs9_3foo3bar0") == "foo::bar::{closure#0}");
  CHECK(demangle("_Rbroken") == "_Rbroken");
  CHECK(demangle("_RNvB_1a") == "_RNvB_1a");  // a back reference to itself
}

TEST_CASE("System.map and kallsyms", "[symbols]") {
  auto map = SymbolMap::parse(
      "ffffffff81000000 T _text\nffffffff81000040 t foo\nffffffff81000090 t bar\n"
      "ffffffffc0000000 t foo\t[ext4]\nffffffffc0000020 t baz\t[ext4]\n",
      "m");
  REQUIRE(map);
  CHECK(map->find("foo", "").size() == 1);
  CHECK(map->find("foo", "")[0].size == 0x50);
  CHECK(map->find("foo", "ext4")[0].address == 0xffffffffc0000000);
  CHECK(map->covering(0xffffffff81000041)->name == "foo");
  CHECK_FALSE(map->covering(0xffffffff80000000));
  CHECK_FALSE(SymbolMap::parse("nothing here\n", "m"));
  CHECK(SymbolMap::parse("0000000000000000 T _text\n", "m").error().message.find("kptr_restrict") != std::string::npos);
}
