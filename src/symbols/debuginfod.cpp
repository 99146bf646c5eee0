#include "symbols/debuginfod.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/environment.hpp"
#include "base/late_library.hpp"
#include "unoops/symbol_directories.hpp"

namespace unoops::symbols {

namespace {

// elfutils/debuginfod.h. Kept by hand: the library is optional at build time and at run time.
struct Library {
  void* (*begin)() = nullptr;
  void (*end)(void* client) = nullptr;
  int (*find_debuginfo)(void* client, const unsigned char* build_id, int size, char** path) = nullptr;
  // Progress, since 0.179.
  void (*set_progressfn)(void* client, int (*)(void* client, long done, long total)) = nullptr;
  void (*set_user_data)(void* client, void*) = nullptr;
  void* (*get_user_data)(void* client) = nullptr;
  bool is_there = false, tells_progress = false;

  Library() {
    base::LateLibrary file("libdebuginfod.so.1");
    is_there = file.get("debuginfod_begin", begin) && file.get("debuginfod_end", end) &&
               file.get("debuginfod_find_debuginfo", find_debuginfo);
    tells_progress = file.get("debuginfod_set_progressfn", set_progressfn) &&
                     file.get("debuginfod_set_user_data", set_user_data) &&
                     file.get("debuginfod_get_user_data", get_user_data);
  }
};

const Library& library() {
  static const Library loaded;
  return loaded;
}

// Seconds without a byte after which the library gives up. Its own default, 90, is long for somebody who reads an oops.
constexpr const char* default_timeout = "30";

}  // namespace

bool Debuginfod::load() {
  if (std::exchange(tried_, true) || !library().is_there) return client_ != nullptr;
  setenv("DEBUGINFOD_TIMEOUT", default_timeout, 0);
  client_ = library().begin();
  if (!client_) return false;
  if (!library().tells_progress || !progress_) return true;
  library().set_user_data(client_, this);
  library().set_progressfn(client_, &Debuginfod::on_progress);
  return true;
}

Debuginfod::~Debuginfod() {
  if (client_) library().end(client_);
}

int Debuginfod::on_progress(void* client, long done, long total) {
  auto* self = static_cast<Debuginfod*>(library().get_user_data(client));
  if (!self) return 0;
  self->told_ = true;
  self->progress_(self->current_, static_cast<std::uint64_t>(std::max(0L, done)),
                  static_cast<std::uint64_t>(std::max(0L, total)));
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
  if (!load()) return tl::unexpected(Error{"libdebuginfod.so.1 is not installed (Debian: apt install libdebuginfod1)"});
  char* path = nullptr;
  const int fd = library().find_debuginfo(client_, reinterpret_cast<const unsigned char*>(build_id.c_str()), 0, &path);
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
