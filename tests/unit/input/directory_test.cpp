// Which files of a directory are logs: as many as may be.
#include "input/directory.hpp"

#include <filesystem>
#include <fstream>

#include "catch.hpp"

namespace unoops::input {

TEST_CASE("of too many logs the first by their names are read, and that is told") {
  namespace fs = std::filesystem;
  std::string pattern = (fs::temp_directory_path() / "unoops-directory-XXXXXX").string();
  const fs::path directory = mkdtemp(pattern.data());
  for (const char* name : {"c.log", "a.log", "kern.log", "b.log", "kern.log.1", "notes.txt"})
    std::ofstream(directory / name) << "a line\n";

  const auto all = logs_in(directory);
  CHECK(all.groups.size() == 5);
  CHECK(all.errors.empty());
  CHECK(logs_in(directory, 5).errors.empty());

  const auto some = logs_in(directory, 2);
  REQUIRE(some.groups.size() == 2);
  CHECK(some.groups[0].name == directory / "a.log");
  CHECK(some.groups[1].name == directory / "b.log");
  CHECK(some.errors == std::vector<std::string>{directory.string() +
                                                ": 2 logs are read, and 3 more are left out: name their directories"});
  fs::remove_all(directory);
}

}  // namespace unoops::input
