// Which files of a directory are logs of a kernel.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::input {

// Files that are read one behind the other as one source: a dump's parts, or a single log.
struct LogGroup {
  std::string name;
  std::vector<std::string> files;
  bool dump = false;  // a memory dump, with a log in it
};

// What a directory holds. What of it could not be read, or was too much, is told by words: the errors make it a part of
// the input that was not read.
struct Logs {
  std::vector<LogGroup> groups;
  std::vector<std::string> errors;
  std::string note;  // what is not looked at; empty: nothing
};

// A sosreport, /sys/fs/pstore, /var/lib/systemd/pstore, /var/crash, /var/log, or any directory with logs in it.
// Memory dumps come first: they know more than the texts that were made of them, whose reports are not told again then.
// Of more than `most` the first by their names: a million take 400 MB as sources.
inline constexpr std::size_t most_logs = 1'000'000;
Logs logs_in(const std::string& directory, std::size_t most = most_logs);

}  // namespace unoops::input
