# What the program reads may be written to break it, so a fault in it is to be hard to use (docs/security.md, "How it is
# built"). tests/install/hardening.py looks for each of these in the program and in the shared library.
option(UNOOPS_HARDEN "Harden what is built: PIE, RELRO, stack protector, _FORTIFY_SOURCE, CET" ON)
if(NOT UNOOPS_HARDEN)
  return()
endif()
include(CheckCXXCompilerFlag)
include(CheckLinkerFlag)

# Each where the compiler knows it for the machine that it compiles for: an option that it only passes over is not known.
set(harden -Wformat -Werror=format-security)
foreach(flag IN ITEMS -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -mbranch-protection=standard)
  string(MAKE_C_IDENTIFIER "UNOOPS_HAS${flag}" known)
  set(CMAKE_REQUIRED_FLAGS -Werror)
  check_cxx_compiler_flag(${flag} ${known})
  unset(CMAKE_REQUIRED_FLAGS)
  if(${known})
    list(APPEND harden ${flag})
  endif()
endforeach()

# 3 also knows the sizes that are computed at run time (GCC 12, Clang 9, glibc 2.34; glibc warns where it does not).
set(CMAKE_REQUIRED_FLAGS "-O2 -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3")
check_cxx_source_compiles("#include <cstring>
  int main() {}" UNOOPS_FORTIFY_3)
unset(CMAKE_REQUIRED_FLAGS)
list(APPEND harden -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$<IF:$<BOOL:${UNOOPS_FORTIFY_3}>,3,2>)
# An index behind the end of a vector or a view ends the program. It costs one instruction in a hundred.
list(APPEND harden -D_GLIBCXX_ASSERTIONS)

# In every configuration that is optimised, because _FORTIFY_SOURCE needs -O: CMake's own, and one of a distribution's
# flags ("None"). Not under a sanitizer, which checks the same by itself, and does not see what a __memcpy_chk() does.
set(optimised $<CONFIG:Release,RelWithDebInfo,MinSizeRel>)
if(CMAKE_CXX_FLAGS MATCHES "-O[123sz]")
  set(optimised $<NOT:$<CONFIG:Debug>>)
endif()
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=")
  set(UNOOPS_HARDENED_CODE 0)
else()
  set(UNOOPS_HARDENED_CODE ${optimised})
  target_compile_options(unoops_options INTERFACE "$<${optimised}:${harden}>")
endif()

target_link_options(unoops_options INTERFACE $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>
  LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
# What is bound at the start costs time there; relative relocations that are packed cost less (glibc 2.36).
check_linker_flag(CXX LINKER:-z,pack-relative-relocs UNOOPS_RELR)
if(UNOOPS_RELR)
  target_link_options(unoops_options INTERFACE LINKER:-z,pack-relative-relocs)
endif()
