#include "facts/machine_checks.hpp"

#include "catch.hpp"

using namespace unoops;
using namespace unoops::facts;

TEST_CASE("Intel's compound error codes are told by their fields") {
  const auto memory = machine_error(0x0091, CpuVendor::intel);
  CHECK(memory.name == "memory controller error");
  CHECK(memory.detail == "reading memory, channel 1");
  CHECK(memory.part == MachinePart::memory);
  CHECK(machine_error(0x009f, CpuVendor::intel).detail == "reading memory");
  CHECK(machine_error(0x10c3, CpuVendor::intel).detail == "memory scrubbing, channel 3");  // filtered
  CHECK(machine_error(0x0134, CpuVendor::intel).detail == "a data read, data cache, level 0");
  CHECK(machine_error(0x017a, CpuVendor::intel).detail == "an eviction, cache, level 2");
  CHECK(machine_error(0x0150, CpuVendor::intel).detail == "an instruction fetch, instruction cache, level 0");
  CHECK(machine_error(0x0014, CpuVendor::intel).detail == "data TLB, level 0");
  CHECK(machine_error(0x0e0b, CpuVendor::intel).name == "I/O error");
}

TEST_CASE("a bus error with its timeout bit is something that did not answer") {
  const auto error = machine_error(0x0f0f, CpuVendor::intel);
  CHECK(error.name == "bus or interconnect error");
  CHECK(error.detail == "timeout");
  CHECK(error.part == MachinePart::timeout);
  CHECK(machine_error(0x0800, CpuVendor::intel).detail == "memory, this CPU asked");
}

TEST_CASE("codes that are none have no words") {
  CHECK(machine_error(0x0300, CpuVendor::intel).name.empty());
  CHECK(machine_error(0x8000, CpuVendor::unknown).name.empty());
}

TEST_CASE("AMD's units tell themselves, and their own codes") {
  const auto execution = amd_unit(0x000500b000000000, 0xbea0000000000108);
  CHECK(execution.name == "Execution Unit");
  CHECK(execution.error == "Watchdog Timeout error");
  CHECK(execution.part == MachinePart::timeout);
  CHECK(amd_unit(0x0000009600150f00, 0xdc2040000000011b).error == "DRAM ECC error");
  CHECK(amd_unit(0x0000009600150f00, 0xdc20400000ff011b).error.empty());
  CHECK(amd_unit(0x1234012300000000, 0).name.empty());
}

TEST_CASE("to family 16h the bank's number tells AMD's unit") {
  CHECK(old_amd_unit(4, 0xb200000000070f0f).error == "Watchdog timeout due to lack of progress");
  CHECK(old_amd_unit(0, 0).name == "Data Cache");
  CHECK(old_amd_unit(-1, 0).name.empty());
  CHECK(old_amd_unit(7, 0).name.empty());
  CHECK(has_amd_units("2:800f11"));
  CHECK_FALSE(has_amd_units("2:100f91"));
  CHECK_FALSE(has_amd_units("0:906ea"));
  CHECK_FALSE(has_amd_units(""));
}

TEST_CASE("bits that the vendors use differently are named where the vendor is known") {
  constexpr std::uint64_t status = 1ull << 63 | 1ull << 55 | 1ull << 44;
  CHECK(status_words(status, CpuVendor::unknown) == "valid");
  CHECK(status_words(status, CpuVendor::intel) == "valid, action required");
  CHECK(status_words(status, CpuVendor::amd) == "valid, task context corrupt, deferred");
  CHECK(is_over_threshold(1ull << 63 | 2ull << 53));
  CHECK_FALSE(is_over_threshold(not_corrected | 2ull << 53));
}
