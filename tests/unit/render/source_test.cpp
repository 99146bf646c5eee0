#include "render/source.hpp"

#include <filesystem>
#include <fstream>

#include "catch.hpp"

using namespace unoops;
using namespace unoops::render;
namespace fs = std::filesystem;

TEST_CASE("source lines around a place, each place once a report") {
  const fs::path dir = fs::temp_directory_path() / "unoops-source-test";
  fs::create_directories(dir / "tree/mm");
  std::ofstream(dir / "tree/mm/slub.c") << "one\n\ttwo\nthree\x1b\nfour\nfive\n";
  std::ofstream(dir / "secret.c") << "secret\n";
  SourceView tree({(dir / "tree").string()}, 1);

  const auto lines = tree.around({"f", "mm/slub.c", 3, 0, false});
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].text == "        two");
  CHECK(lines[1].here);
  CHECK(lines[1].text == "three\\x1b");
  CHECK(tree.around({"f", "mm/slub.c", 3, 0, false}).empty());
  tree.new_report();
  CHECK(tree.around({"f", "/build/linux-6.1/mm/slub.c", 3, 0, false}).size() == 3);  // another tree's name
  CHECK(tree.around({"f", "mm/slub.c", 1, 0, false}).size() == 2);
  CHECK(tree.around({"f", "mm/slub.c", 99, 0, false}).empty());
  CHECK(tree.around({"f", "mm/none.c", 1, 0, false}).empty());
  CHECK(tree.around({"f", "../secret.c", 1, 0, false}).empty());
  fs::create_symlink(dir / "secret.c", dir / "tree/mm/link.c");
  CHECK(tree.around({"f", "mm/link.c", 1, 0, false}).empty());
  CHECK(tree.around({"f", (dir / "secret.c").string(), 1, 0, false}).empty());
  fs::remove_all(dir);
}
