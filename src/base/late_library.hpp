// A shared library that is opened when something of it is needed first, because many runs need nothing of it: to open and
// relocate Capstone takes longer than all else that a short run does.
#pragma once

#include <dlfcn.h>

#include <string>
#include <vector>

#include "base/rooms.hpp"

// The text of a macro's number: libraries are opened by the name that has their release.
#define UNOOPS_TEXT_OF(number) #number
#define UNOOPS_TEXT(number) UNOOPS_TEXT_OF(number)

namespace unoops::base {

// Found as the program's own libraries are (ld.so(8)), and open as long as the program runs: some (libcurl,
// behind debuginfod) do not survive that they are closed.
class LateLibrary {
 public:
  explicit LateLibrary(const char* name) : handle_(dlopen(name, RTLD_NOW | RTLD_LOCAL)) {
    if (!handle_) error_ = dlerror();
  }

  // Why it is not open, with its name, or which function it lacks first; empty: nothing was missing.
  const std::string& error() const { return error_; }
  // Sets `function` to the library's function of that name. False: it has none.
  template <class Function>
  bool get(const char* name, Function*& function) {
    function = handle_ ? reinterpret_cast<Function*>(dlsym(handle_, name)) : nullptr;
    if (!function && error_.empty()) error_ = dlerror();
    return function != nullptr;
  }

 private:
  void* handle_;
  std::string error_;
};

// The files and directories that the loader reads for one: its index, and where the libraries are that are open by now,
// because a distribution keeps all of them in one place. What limits the program's reads has to allow them.
std::vector<std::string> read_for_late_libraries();

}  // namespace unoops::base
