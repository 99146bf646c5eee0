# Debian's packages, by CPack: unoops (the program), libunoops1, libunoops-dev, python3-unoops. `./dev package` makes them.
set(UNOOPS_DEB_RELEASE 1)
set(UNOOPS_MAINTAINER "the unoops authors <unoops@localhost>" CACHE STRING "Who makes the packages")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME unoops)
set(CPACK_PACKAGE_VENDOR "unoops")
set(CPACK_PACKAGE_CONTACT "${UNOOPS_MAINTAINER}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_COMPONENTS_ALL program docs library devel python)

set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/src/debian-files.cmake)
set(CPACK_UNOOPS_SOURCE ${CMAKE_SOURCE_DIR})
set(CPACK_UNOOPS_PYTHON_DIR ${UNOOPS_PYTHON_DIR})
set(CPACK_UNOOPS_PACKAGES program=unoops unoops=unoops library=libunoops${PROJECT_VERSION_MAJOR} devel=libunoops-dev
  python=python3-unoops)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${UNOOPS_DEB_RELEASE})
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(unoops_lib_package libunoops${PROJECT_VERSION_MAJOR})
set(unoops_same "(= ${PROJECT_VERSION}-${UNOOPS_DEB_RELEASE})")

# Libraries that are opened late (src/base/late_library.hpp), because dpkg-shlibdeps does not see them: the packages that
# have them here.
find_program(UNOOPS_DPKG_QUERY dpkg-query)
set(unoops_late)
foreach(library IN LISTS UNOOPS_LATE_LIBRARIES)
  find_library(UNOOPS_${library}_FILE ${library})
  if(UNOOPS_DPKG_QUERY AND UNOOPS_${library}_FILE)
    file(REAL_PATH ${UNOOPS_${library}_FILE} file)
    execute_process(COMMAND ${UNOOPS_DPKG_QUERY} --search ${file} OUTPUT_VARIABLE owner ERROR_QUIET)
    if(owner MATCHES "^([^:, ]+):")
      list(APPEND unoops_late ${CMAKE_MATCH_1})
    endif()
  endif()
endforeach()
list(JOIN unoops_late ", " unoops_late)
set(CPACK_DEBIAN_UNOOPS_PACKAGE_DEPENDS "${unoops_late}")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS "${unoops_late}")

set(CPACK_DEBIAN_UNOOPS_PACKAGE_NAME unoops)
set(CPACK_DEBIAN_UNOOPS_PACKAGE_SECTION kernel)
set(CPACK_DEBIAN_UNOOPS_DESCRIPTION "decodes the crash text and memory dumps of Linux kernels
Turns an oops, a panic, a lockup or a sanitizer's report in any log into a
report that says what happened: the bad pointer as a C expression, file and
line of each frame, who was running, and what to look at next.")
set(CPACK_DEBIAN_UNOOPS_PACKAGE_SUGGESTS "libdebuginfod1, linux-image-dbg")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${unoops_lib_package})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "decodes the crash text of Linux kernels - C library
The shared library behind unoops/unoops.h: a log's bytes in, JSON out.")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SUGGESTS libdebuginfod1)
file(WRITE ${CMAKE_BINARY_DIR}/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${CMAKE_BINARY_DIR}/triggers)

set(CPACK_DEBIAN_DEVEL_PACKAGE_NAME libunoops-dev)
set(CPACK_DEBIAN_DEVEL_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVEL_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DEVEL_PACKAGE_DEPENDS "${unoops_lib_package} ${unoops_same}")
# Only the C++ library needs them.
set(CPACK_DEBIAN_DEVEL_PACKAGE_SUGGESTS "libfmt-dev, libexpected-dev, libdw-dev, libelf-dev, libcapstone-dev, zlib1g-dev, \
liblzma-dev, libzstd-dev, libbz2-dev, liblz4-dev, liblzo2-dev, libsnappy-dev, libvectorscan-dev, pkg-config")
set(CPACK_COMPONENT_DEVEL_DESCRIPTION "decodes the crash text of Linux kernels - headers
What programs on the C library and on the C++ library are built with.")

set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-unoops)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PYTHON_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS "python3:any, ${unoops_lib_package} (>= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_PYTHON_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/src/bindings/python/debian/postinst
  ${CMAKE_SOURCE_DIR}/src/bindings/python/debian/prerm)
set(CPACK_COMPONENT_PYTHON_DESCRIPTION "decodes the crash text of Linux kernels - Python module
Reports of a kernel's log as dictionaries, on the C library.")

include(CPack)
# The program's own documents come with it.
cpack_add_component_group(unoops)
cpack_add_component(program GROUP unoops)
cpack_add_component(docs GROUP unoops)
