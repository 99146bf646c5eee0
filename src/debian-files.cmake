# Run by CPack when all is staged: what Debian's policy asks of each package besides (copyright, changelogs, packed man
# pages, the place of Python's modules). CPACK_UNOOPS_* are set in package.cmake.
set(stage ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
find_program(gzip gzip REQUIRED)

function(pack from to)
  execute_process(COMMAND ${gzip} -9nc ${from} OUTPUT_FILE ${to} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# Debian's form of the licence: an empty line is " .".
file(READ ${CPACK_UNOOPS_SOURCE}/LICENSE license)
string(REGEX REPLACE "^MIT License\n+(Copyright [^\n]*)\n+" "" license "${license}")
string(STRIP "${license}" license)
string(REPLACE "\n\n" "\n.\n" license "${license}")
string(REPLACE "\n" "\n " license "${license}")
set(copyright "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: unoops

Files: *
Copyright: 2026 the unoops authors
License: Expat
 ${license}
")
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)  # SOURCE_DATE_EPOCH, where it is set
set(changelog "unoops (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * New upstream release: see changelog.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")

foreach(pair IN LISTS CPACK_UNOOPS_PACKAGES)
  string(REPLACE "=" ";" pair ${pair})
  list(GET pair 0 part)
  list(GET pair 1 name)
  if(IS_DIRECTORY ${stage}/${part}/usr)
    set(doc ${stage}/${part}/usr/share/doc/${name})
    file(WRITE ${doc}/copyright "${copyright}")
    file(WRITE ${doc}/changelog.Debian "${changelog}")
    pack(${doc}/changelog.Debian ${doc}/changelog.Debian.gz)
    pack(${CPACK_UNOOPS_SOURCE}/CHANGELOG.md ${doc}/changelog.gz)
    file(REMOVE ${doc}/changelog.Debian ${doc}/LICENSE ${doc}/CHANGELOG.md)
  endif()
endforeach()

file(GLOB_RECURSE pages ${stage}/*/usr/share/man/*.1)
foreach(page IN LISTS pages)
  pack(${page} ${page}.gz)
  file(REMOVE ${page})
  get_filename_component(folder ${page} DIRECTORY)
  file(CREATE_LINK unoops.1.gz ${folder}/decode_stacktrace.sh.1.gz SYMBOLIC)
endforeach()

# Debian's zsh and Python look elsewhere than their own builds do.
file(GLOB folders ${stage}/*/usr/share/zsh/site-functions)
foreach(folder IN LISTS folders)
  get_filename_component(zsh ${folder} DIRECTORY)
  file(RENAME ${folder} ${zsh}/vendor-completions)
endforeach()
file(GLOB folders ${stage}/*/usr/${CPACK_UNOOPS_PYTHON_DIR})
foreach(folder IN LISTS folders)
  string(REGEX REPLACE "/usr/lib/.*" "/usr/lib" lib ${folder})
  if(NOT folder STREQUAL "${lib}/python3/dist-packages")
    file(MAKE_DIRECTORY ${lib}/python3)
    file(RENAME ${folder} ${lib}/python3/dist-packages)
    get_filename_component(versioned ${folder} DIRECTORY)
    file(REMOVE_RECURSE ${versioned})
  endif()
endforeach()
