#include "debuginfo/symbol_roots.hpp"

#include <filesystem>
#include <fstream>

#include "catch.hpp"

using namespace unoops;
namespace fs = std::filesystem;

TEST_CASE("roots hold what lies below them when all links are followed", "[symbols]") {
  const auto top = fs::temp_directory_path() / "unoops-symbol-roots-test";
  fs::remove_all(top);
  fs::create_directories(top / "root/below");
  fs::create_directories(top / "rootless");
  for (const char* file : {"root/vmlinux", "root/below/a.ko", "rootless/vmlinux"}) std::ofstream(top / file) << "x";
  fs::create_symlink("../rootless/vmlinux", top / "root/leaves");
  fs::create_symlink("below/a.ko", top / "root/stays");
  fs::create_symlink("root", top / "link");
  const debuginfo::SymbolRoots roots({(top / "root").string()});
  for (const char* file :
       {"root/vmlinux", "root/below/a.ko", "root/stays", "root/below/../vmlinux", "root", "root/below"})
    CHECK(roots.hold((top / file).string()));
  for (const char* file : {"root/leaves", "rootless/vmlinux", "root/../rootless/vmlinux", "root/missing"})
    CHECK_FALSE(roots.hold((top / file).string()));
  const debuginfo::SymbolRoots by_link({(top / "link").string()});
  CHECK(by_link.hold((top / "link/vmlinux").string()));
  CHECK(by_link.hold((top / "root/vmlinux").string()));
  fs::remove_all(top);
}

TEST_CASE("the directory of a path", "[symbols]") {
  CHECK(debuginfo::directory_of("/a/b") == "/a");
  CHECK(debuginfo::directory_of("/a") == "/");
  CHECK(debuginfo::directory_of("a") == ".");
}
