// Trouble that the kernel announces in lines of their own, outside of any report: it may be what a later report comes
// from.
#pragma once

#include <span>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::facts {

// Where the line names who is in trouble.
enum class Whose {
  nobody,       // it is about the whole machine
  before,       // dev_err() and its likes: "nvme nvme0: " and then the needle
  behind,       // the next word: "I/O error, dev sda, sector 8"
  file_system,  // in brackets: "EXT4-fs error (device sda1): "
};

// On which reports it bears, at most.
enum class Reach {
  device,   // those that name the device
  driver,   // or have its driver, or a file system of its kind, on their trace
  machine,  // or any that follows soon: by time alone
};

struct TroubleRow {
  std::string_view needle;  // every line of this form holds it
  std::string_view what;    // "I/O error"
  Whose whose = Whose::before;
  Reach reach = Reach::driver;
  std::string_view driver = {};  // where the line does not name it
};

std::span<const TroubleRow> trouble_rows();

// "nvme0n1p2" → "nvme0", "sda1" → "sda": the device that fails as a whole.
std::string_view whole_device(std::string_view name);
// Is one of them the other, or a part of it?
bool same_device(std::string_view one, std::string_view other);
// Words that devices are called by hold a digit, or are a disk's.
bool is_device_name(std::string_view word);

}  // namespace unoops::facts
