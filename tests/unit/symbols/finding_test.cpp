// Where distributions put their files: each one's tree, as a copy of the machine below --debug-root.
#include "debuginfo/debug_file.hpp"
#include "debuginfo/elf_file.hpp"
#include "fixture.hpp"
#include "symbols/code_view.hpp"

using namespace unoops;
using namespace unoops::symbols;
using namespace unoops::test;
using Fit = FileVerdict::Fit;

namespace {

constexpr const char* release = "6.1.0-9-test";

// Shell words that put things at their place. Shared by all: what packagers do to a linked kernel and its modules.
constexpr const char* tools = R"sh(
put() { mkdir -p "$(dirname "$2")" && cp "$1" "$2"; }
stripped() { mkdir -p "$(dirname "$2")" && objcopy --strip-debug "$1" "$2"; }
separate() { mkdir -p "$(dirname "$2")" && objcopy --only-keep-debug "$1" "$2"; }
split() { mkdir -p "$(dirname "$2")" && eu-strip --reloc-debug-sections -f "$2" -o whole.stripped "$1"; }
id() { readelf -n "$1" | sed -n 's/.*Build ID: //p'; }
R=6.1.0-9-test
)sh";

struct Tree {
  const char *name, *commands;   // in a directory with vmlinux and six.ko; the root is below root/
  const char *vmlinux, *module;  // that are to be taken
  bool identified = false;       // the log prints build-ids
};

const Tree trees[] = {
    {"Debian",
     "put vmlinux root/usr/lib/debug/boot/vmlinux-$R; put six.ko root/usr/lib/debug/lib/modules/$R/kernel/lib/six.ko",
     "/usr/lib/debug/boot/vmlinux-6.1.0-9-test", "/usr/lib/debug/lib/modules/6.1.0-9-test/kernel/lib/six.ko"},
    {"Ubuntu",
     "put vmlinux root/usr/lib/debug/boot/vmlinux-$R; put six.ko root/usr/lib/debug/lib/modules/$R/kernel/lib/six.ko; "
     "zstd -q "
     "--rm root/usr/lib/debug/lib/modules/$R/kernel/lib/six.ko; stripped six.ko root/lib/modules/$R/kernel/lib/six.ko; "
     "zstd -q "
     "--rm root/lib/modules/$R/kernel/lib/six.ko",
     "/usr/lib/debug/boot/vmlinux-6.1.0-9-test", "/usr/lib/debug/lib/modules/6.1.0-9-test/kernel/lib/six.ko.zst"},
    {"Fedora",
     "put vmlinux root/usr/lib/debug/lib/modules/$R/vmlinux; split six.ko "
     "root/usr/lib/debug/lib/modules/$R/kernel/lib/six.ko.debug; stripped six.ko "
     "root/lib/modules/$R/kernel/lib/six.ko; xz "
     "root/lib/modules/$R/kernel/lib/six.ko",
     "/usr/lib/debug/lib/modules/6.1.0-9-test/vmlinux",
     "/usr/lib/debug/lib/modules/6.1.0-9-test/kernel/lib/six.ko.debug"},
    {"RHEL with merged /usr, extra/",
     "put vmlinux root/usr/lib/debug/usr/lib/modules/$R/vmlinux; split six.ko "
     "root/usr/lib/debug/usr/lib/modules/$R/extra/vendor/six.ko.debug; stripped six.ko "
     "root/usr/lib/modules/$R/extra/vendor/six.ko",
     "/usr/lib/debug/usr/lib/modules/6.1.0-9-test/vmlinux",
     "/usr/lib/debug/usr/lib/modules/6.1.0-9-test/extra/vendor/six.ko.debug"},
    {"SUSE",
     "separate vmlinux root/usr/lib/debug/boot/vmlinux-$R.debug; stripped vmlinux root/boot/vmlinux-$R; gzip "
     "root/boot/vmlinux-$R; separate six.ko root/usr/lib/debug/lib/modules/$R/kernel/lib/six.ko.debug; stripped six.ko "
     "root/lib/modules/$R/kernel/lib/six.ko; xz root/lib/modules/$R/kernel/lib/six.ko",
     "/usr/lib/debug/boot/vmlinux-6.1.0-9-test.debug",
     "/usr/lib/debug/lib/modules/6.1.0-9-test/kernel/lib/six.ko.debug"},
    {"SUSE with merged /usr",
     "separate vmlinux root/usr/lib/debug/usr/lib/modules/$R/vmlinux.debug; stripped vmlinux "
     "root/usr/lib/modules/$R/vmlinux; "
     "xz root/usr/lib/modules/$R/vmlinux; separate six.ko "
     "root/usr/lib/debug/usr/lib/modules/$R/kernel/lib/six.ko.debug; "
     "stripped six.ko root/usr/lib/modules/$R/kernel/lib/six.ko; zstd -q --rm "
     "root/usr/lib/modules/$R/kernel/lib/six.ko",
     "/usr/lib/debug/usr/lib/modules/6.1.0-9-test/vmlinux.debug",
     "/usr/lib/debug/usr/lib/modules/6.1.0-9-test/kernel/lib/six.ko.debug"},
    {"Arch",
     "put vmlinux root/usr/lib/modules/$R/build/vmlinux; put six.ko root/usr/lib/modules/$R/kernel/lib/six.ko; zstd -q "
     "--rm "
     "root/usr/lib/modules/$R/kernel/lib/six.ko",
     "/usr/lib/modules/6.1.0-9-test/build/vmlinux", "/usr/lib/modules/6.1.0-9-test/kernel/lib/six.ko.zst"},
    {"Gentoo", "put vmlinux root/usr/src/linux-$R/vmlinux; put six.ko root/lib/modules/$R/kernel/lib/six.ko",
     "/usr/src/linux-6.1.0-9-test/vmlinux", "/lib/modules/6.1.0-9-test/kernel/lib/six.ko"},
    {"make modules_install from a build directory of its own (O=)",
     "put vmlinux root/home/me/out/vmlinux; mkdir -p root/lib/modules/$R; ln -s ../../../home/me/out "
     "root/lib/modules/$R/build; "
     "stripped six.ko root/lib/modules/$R/kernel/lib/six.ko; put six.ko root/home/me/out/lib/six.ko",
     "/lib/modules/6.1.0-9-test/build/vmlinux", "/lib/modules/6.1.0-9-test/build/lib/six.ko"},
    {"dkms comes before the kernel's own",
     "put vmlinux root/usr/lib/debug/boot/vmlinux-$R; put six.ko root/lib/modules/$R/kernel/lib/six.ko; put six.ko "
     "root/lib/modules/$R/updates/dkms/six.ko",
     "/usr/lib/debug/boot/vmlinux-6.1.0-9-test", "/lib/modules/6.1.0-9-test/updates/dkms/six.ko"},
    {"weak-updates are links",
     "put vmlinux root/usr/lib/debug/lib/modules/$R/vmlinux; put six.ko root/lib/modules/6.1.0-1-test/extra/six.ko; "
     "sed -i 's/=6.1.0-9-test SMP/=6.1.0-1-test SMP/' root/lib/modules/6.1.0-1-test/extra/six.ko; "
     "mkdir -p root/lib/modules/$R/weak-updates; ln -s ../../6.1.0-1-test/extra/six.ko "
     "root/lib/modules/$R/weak-updates/six.ko",
     "/usr/lib/debug/lib/modules/6.1.0-9-test/vmlinux", "/lib/modules/6.1.0-9-test/weak-updates/six.ko"},
    {"a flat copy", "put vmlinux root/vmlinux-$R; put six.ko root/six.ko", "/vmlinux-6.1.0-9-test", "/six.ko"},
    {".gnu_debuglink",
     "put vmlinux root/boot/vmlinux-$R; separate six.ko root/usr/lib/debug/lib/modules/$R/kernel/lib/six.dbg; (cd "
     "root/usr/lib/debug/lib/modules/$R/kernel/lib && objcopy --strip-debug --add-gnu-debuglink=six.dbg "
     "../../../../../../../../../six.ko "
     "six.stripped) && mkdir -p root/lib/modules/$R/kernel/lib && mv "
     "root/usr/lib/debug/lib/modules/$R/kernel/lib/six.stripped "
     "root/lib/modules/$R/kernel/lib/six.ko",
     "/boot/vmlinux-6.1.0-9-test", "/usr/lib/debug/lib/modules/6.1.0-9-test/kernel/lib/six.dbg"},
    {".build-id",
     "for f in vmlinux six.ko; do i=$(id $f); put $f root/usr/lib/debug/.build-id/$(echo $i | cut -c1-2)/$(echo $i | "
     "cut "
     "-c3-).debug; done",
     "", "", true},
};

std::string build_id(const std::string& path) {
  auto file = debuginfo::ElfFile::open(path);
  REQUIRE(file);
  return (*file)->build_id();
}

}  // namespace

TEST_CASE("every distribution's tree is found", "[symbols]") {
  for (const Tree& tree : trees) {
    DYNAMIC_SECTION(tree.name) {
      const TempDir dir;
      REQUIRE(build(dir, {"", "gcc", "-gdwarf-5"}));
      std::ofstream(dir / "make.sh") << tools << "set -e\n" << tree.commands << "\n";
      for (const char* tool : {"zstd", "xz", "gzip", "objcopy", "eu-strip"})
        if (!have(tool)) {
          WARN("skipped: no " << tool);
          return;
        }
      REQUIRE(run(fmt::format("cd {} && sh -e make.sh", dir.path())));
      const std::string root = dir / "root";
      SymbolOptions options;
      options.debug_root = root;
      KernelIdentity identity;
      identity.release = release;
      if (tree.identified) identity.build_id = build_id(dir / "vmlinux");
      OwnStore symbols(options, identity);
      SymbolRef r = ref("mark_exit");
      CHECK(text(symbols.resolve(r)) == fmt::format("in_exit chain.c:{}", line_of("chain.c", "MARK(exit)")));
      CHECK_FALSE(code_view(symbols, ref("outer"))->bytes.empty());
      r.module = "six";
      if (tree.identified) r.build_id = build_id(dir / "six.ko");
      CHECK(text(symbols.resolve(r)) == fmt::format("in_exit chain.c:{}", line_of("chain.c", "MARK(exit)")));
      SymbolRef caller = ref("_start");
      caller.module = "six";
      caller.build_id = r.build_id;
      const auto view = code_view(symbols, caller);
      REQUIRE(view);
      CHECK_FALSE(view->bytes.empty());
      // It calls outer(): the relocation says so, in the file that has the code.
      const auto* text = view->file->elf().section_at(view->start);
      REQUIRE(text);
      const auto calls =
          view->file->relocations(*text, view->start - text->addr, view->start - text->addr + view->size);
      CHECK(std::any_of(calls.begin(), calls.end(), [](const auto& c) { return c.symbol == "outer" && c.target; }));
      REQUIRE(symbols.verdicts().size() == 2);
      for (const FileVerdict& verdict : symbols.verdicts()) CHECK(verdict.fit != Fit::misfit);
      if (tree.identified) continue;
      CHECK(symbols.verdicts()[0].path == root + tree.vmlinux);
      CHECK(symbols.verdicts()[1].path == root + tree.module);
    }
  }
}
