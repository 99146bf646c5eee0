#include "facts/troubles.hpp"

#include <set>

#include "catch.hpp"

using namespace unoops::facts;

TEST_CASE("a part of a device belongs to the whole one") {
  CHECK(whole_device("nvme0n1p2") == "nvme0");
  CHECK(whole_device("sda1") == "sda");
  CHECK(whole_device("mmcblk0p1") == "mmcblk0");
  CHECK(whole_device("ata1.00") == "ata1");
  CHECK(whole_device("dm-0") == "dm-0");
  CHECK(whole_device("eno1") == "eno1");
  CHECK(whole_device("md127") == "md127");
  CHECK(whole_device("0000:00:1f.6") == "0000:00:1f.6");
  CHECK(whole_device("").empty());
}

TEST_CASE("siblings are not the same device") {
  CHECK(same_device("nvme0", "nvme0n1p2"));
  CHECK(same_device("sda1", "sda"));
  CHECK_FALSE(same_device("sda1", "sda2"));
  CHECK_FALSE(same_device("nvme0", "nvme1n1"));
  CHECK_FALSE(same_device("sd", "sda"));
  CHECK_FALSE(same_device("", "sda"));
}

TEST_CASE("words that are devices") {
  CHECK(is_device_name("sda"));
  CHECK(is_device_name("eno1"));
  CHECK(is_device_name("0000:28:00.0"));
  CHECK_FALSE(is_device_name("nfs"));
  CHECK_FALSE(is_device_name("amdgpu"));
}

TEST_CASE("every needle is long enough for the index, and stands once in the table") {
  std::set<std::string_view> seen;
  for (const auto& row : trouble_rows()) {
    INFO(row.needle);
    CHECK(row.needle.size() >= 4);
    CHECK_FALSE(row.what.empty());
    CHECK(seen.insert(row.needle).second);
  }
}
