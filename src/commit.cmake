# Writes OUTPUT, a header with the commit that SOURCE is: cmake -DSOURCE=... -DOUTPUT=... -P commit.cmake
# In a tarball of `git archive` the commit stands in commit.txt (export-subst); in a clone git tells it; else nobody does.
file(READ ${SOURCE}/src/commit.txt commit)
string(STRIP "${commit}" commit)
if(commit MATCHES "^[0-9a-f]+$")
  string(SUBSTRING ${commit} 0 12 commit)
else()
  set(commit "")
  find_program(git git)
  # A tarball that lies within somebody's repository is not of it.
  if(git AND EXISTS ${SOURCE}/.git)
    execute_process(COMMAND ${git} -C ${SOURCE} describe --always --dirty --exclude=* --abbrev=12
      OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
endif()
set(header "#define UNOOPS_COMMIT \"${commit}\"\n")
set(before "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT header STREQUAL before)
  file(WRITE ${OUTPUT} "${header}")
endif()
