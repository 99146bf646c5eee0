// Who looks after a file.
#include "source/maintainers.hpp"

#include "catch.hpp"

using namespace unoops;
using namespace unoops::source;

TEST_CASE("a pattern of MAINTAINERS names files, directories and what is below them") {
  const auto [file, pattern, fits] = GENERATE(table<const char*, const char*, bool>({
      {"fs/ext4/inode.c", "fs/ext4/", true},
      {"fs/ext4/inode.c", "fs/ext4", true},
      {"fs/ext4/inode.c", "fs/ext", false},
      {"fs/ext4/inode.c", "fs/", true},
      {"fs/ext4/inode.c", "fs/*/inode.c", true},
      {"fs/ext4/deep/inode.c", "fs/*/inode.c", false},
      {"fs/buffer.c", "fs/*", true},
      {"fs/ext4/inode.c", "fs/*.c", false},
      {"drivers/net/ethernet/e1000.c", "drivers/net/ethernet/e1000*", true},
      {"drivers/net/ethernet/e1000e/main.c", "drivers/net/ethernet/e1000*/", true},
      {"mm/slub.c", "mm/sl?b.c", true},
      {"mm/slub.c", "mm/sl?ub.c", false},
      {"mm/slub.c", "*", true},
      {"Makefile", "*", true},
      {"mm/slub.c", "", false},
  }));
  CAPTURE(file, pattern);
  CHECK(fits_pattern(file, pattern) == fits);
}

TEST_CASE("of the entries that name a file the most telling is the first, and THE REST only stands alone") {
  const std::vector<std::string> lines = {"List of maintainers",
                                          "",
                                          "BLOCK LAYER",
                                          "M:\tJens Axboe <axboe@kernel.dk>",
                                          "L:\tlinux-block@vger.kernel.org (moderated for non-subscribers)",
                                          "S:\tMaintained",
                                          "F:\tblock/",
                                          "F:\tdrivers/block/",
                                          "X:\tdrivers/block/zram/",
                                          "",
                                          "NULL BLOCK",
                                          "R:\tA Reviewer <r@example.org>",
                                          "L:\tlinux-null@example.org",
                                          "B:\thttps://bugs.example.org",
                                          "F:\tdrivers/block/null_*",
                                          "",
                                          "TEGRA",
                                          "L:\tlinux-tegra@vger.kernel.org",
                                          "N:\t[^a-z]tegra",
                                          "",
                                          "THE REST",
                                          "L:\tlinux-kernel@vger.kernel.org",
                                          "F:\t*",
                                          "F:\t*/"};
  const auto named = [&](const char* file) {
    std::vector<std::string> out;
    for (const auto& one : maintainers_of(lines, file)) out.push_back(one.subsystem);
    return out;
  };
  using Names = std::vector<std::string>;
  CHECK(named("drivers/block/null_blk.c") == Names{"NULL BLOCK", "BLOCK LAYER"});
  CHECK(named("block/bio.c") == Names{"BLOCK LAYER"});
  CHECK(named("drivers/block/zram/zram_drv.c") == Names{"THE REST"});
  CHECK(named("drivers/soc/tegra_pmc.c") == Names{"TEGRA"});
  const auto null = maintainers_of(lines, "drivers/block/null_blk.c").front();
  CHECK(null.people == Names{"A Reviewer <r@example.org>"});
  CHECK(null.bugs == "https://bugs.example.org");
  CHECK(maintainers_of(lines, "block/bio.c").front().lists == Names{"linux-block@vger.kernel.org"});
  CHECK(maintainers_of({}, "block/bio.c").empty());
}
