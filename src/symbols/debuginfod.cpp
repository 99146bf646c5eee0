#include "symbols/debuginfod.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/environment.hpp"
#include "unoops/symbol_directories.hpp"

namespace unoops::symbols {

namespace {

// elfutils/debuginfod.h. Kept by hand: the library is optional at build time and at run time.
using Begin = void* (*)();
using End = void (*)(void*);
using FindDebuginfo = int (*)(void*, const unsigned char*, int, char**);
using ProgressCallback = int (*)(void*, long, long);
using SetProgress = void (*)(void*, ProgressCallback);
using SetUserData = void (*)(void*, void*);
using GetUserData = void* (*)(void*);

template <class Function>
Function symbol(void* library, const char* name) {
  return reinterpret_cast<Function>(dlsym(library, name));
}

// Seconds without a byte after which the library gives up. Its own default, 90, is long for somebody who reads an oops.
constexpr const char* default_timeout = "30";

}  // namespace

bool Debuginfod::load() {
  if (tried_) return client_ != nullptr;
  tried_ = true;
  library_ = dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library_) return false;
  setenv("DEBUGINFOD_TIMEOUT", default_timeout, 0);
  const auto begin = symbol<Begin>(library_, "debuginfod_begin");
  client_ = begin ? begin() : nullptr;
  if (!client_) return false;
  if (const auto set = symbol<SetUserData>(library_, "debuginfod_set_user_data")) set(client_, this);
  const auto set_progress = symbol<SetProgress>(library_, "debuginfod_set_progressfn");
  if (set_progress && progress_) set_progress(client_, reinterpret_cast<ProgressCallback>(&Debuginfod::on_progress));
  return true;
}

Debuginfod::~Debuginfod() {
  if (client_)
    if (const auto end = symbol<End>(library_, "debuginfod_end")) end(client_);
  // The library stays loaded: libcurl does not like to be unloaded.
}

int Debuginfod::on_progress(void* client, long done, long total) {
  void* library = dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_NOLOAD);
  const auto get = library ? symbol<GetUserData>(library, "debuginfod_get_user_data") : nullptr;
  if (auto* self = get ? static_cast<Debuginfod*>(get(client)) : nullptr) {
    self->told_ = true;
    self->progress_(self->current_, static_cast<std::uint64_t>(std::max(0L, done)),
                    static_cast<std::uint64_t>(std::max(0L, total)));
  }
  if (library) dlclose(library);
  return 0;
}

// The library's answers are errno values: those that people meet, in their words.
std::string Debuginfod::reason(int error) {
  switch (error) {
    case ENOENT:
      return "no server has it";
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ECONNRESET:
      return "no server answers";
    case ETIME:
    case ETIMEDOUT:
      return "timed out (DEBUGINFOD_TIMEOUT, in seconds)";
    default:
      return std::strerror(error);
  }
}

Expected<std::string> Debuginfod::ask(const std::string& build_id) {
  if (environment("DEBUGINFOD_URLS").empty()) return tl::unexpected(Error{"DEBUGINFOD_URLS names no server"});
  const auto find_file = load() ? symbol<FindDebuginfo>(library_, "debuginfod_find_debuginfo") : nullptr;
  if (!find_file)
    return tl::unexpected(Error{"libdebuginfod.so.1 is not installed (Debian: apt install libdebuginfod1)"});
  char* path = nullptr;
  const int fd = find_file(client_, reinterpret_cast<const unsigned char*>(build_id.c_str()), 0, &path);
  Expected<std::string> answer = tl::unexpected(Error{reason(fd < 0 ? -fd : ENOENT)});
  if (fd >= 0 && path) answer = std::string(path);
  if (fd >= 0) close(fd);
  std::free(path);
  return answer;
}

Expected<std::string> Debuginfod::find(const std::string& build_id, const std::string& what) {
  if (const auto known = answers_.find(build_id); known != answers_.end()) return known->second;
  current_ = what;
  told_ = false;
  auto answer = answers_.emplace(build_id, ask(build_id)).first->second;
  if (told_) progress_("", 0, 0);
  return answer;
}

}  // namespace unoops::symbols

namespace unoops {

bool may_ask_debuginfod(const SymbolOptions& options) {
  return options.debuginfod || !symbols::environment("DEBUGINFOD_URLS").empty();
}

}  // namespace unoops
