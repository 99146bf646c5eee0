#include "cli/sandbox.hpp"

#include <sys/prctl.h>

namespace unoops::cli {
namespace {

// A sanitizer asks /proc of its process, and looks for leaks from a process of its own that traces this one.
#ifdef __has_feature
#define UNOOPS_HAS_FEATURE(name) __has_feature(name)
#else
#define UNOOPS_HAS_FEATURE(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || UNOOPS_HAS_FEATURE(address_sanitizer) || UNOOPS_HAS_FEATURE(memory_sanitizer)
constexpr bool is_in_this_build = false;
#else
constexpr bool is_in_this_build = true;
#endif

}  // namespace

void enter(const Sandbox& sandbox) {
  // Both ask for it (Documentation/userspace-api/no_new_privs.rst): no program that is started gains rights.
  if (!is_in_this_build || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
  limit_files(sandbox);
  limit_system_calls(sandbox);
}

std::string sandbox_parts() {
  if (!is_in_this_build) return {};
  std::string parts = has_landlock() ? "Landlock" : "";
  if (has_seccomp()) parts += parts.empty() ? "seccomp" : ", seccomp";
  return parts;
}

}  // namespace unoops::cli
