// The log out of a kernel's memory dump, as a source of lines.
#pragma once

#include <memory>
#include <string>

#include "base/rooms.hpp"
#include "unoops/source.hpp"

namespace unoops::input {

// The file's first bytes say that it is a memory dump; one that comes through a pipe is none.
bool is_dump(const std::string& path);
bool is_dump(int fd);

// Opened when it is first read. Only then it is known whether it can be.
std::unique_ptr<Source> dump_source(std::string path, DumpLines);

}  // namespace unoops::input
