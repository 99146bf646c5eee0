# The shared library, and what is installed, by component: program, docs, library, devel, python. docs/library.md tells
# users of them, src/package.cmake makes Debian's packages of them.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The C interface, and behind it all of the library that it needs: nothing but the interface is exported.
file(GLOB UNOOPS_CAPI CONFIGURE_DEPENDS src/capi/*.cpp)
set(exports ${CMAKE_SOURCE_DIR}/src/capi/exports.map)
add_library(unoops_shared SHARED ${UNOOPS_CAPI})
set_target_properties(unoops_shared PROPERTIES OUTPUT_NAME unoops EXPORT_NAME unoops LINK_DEPENDS ${exports}
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
target_include_directories(unoops_shared PRIVATE src INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(unoops_shared PRIVATE unoops_lib unoops_options)
# nodelete: it answers SIGBUS for the files that it maps (docs/library.md), so its code must stay where it is.
target_link_options(unoops_shared PRIVATE LINKER:--version-script=${exports} LINKER:-z,nodelete)

# What shells complete is what the program says it takes. A program of another machine cannot be asked.
if(NOT CMAKE_CROSSCOMPILING)
  foreach(pair IN ITEMS bash=unoops zsh=_unoops fish=unoops.fish)
    string(REPLACE "=" ";" pair ${pair})
    list(GET pair 0 shell)
    list(GET pair 1 name)
    set(script ${CMAKE_BINARY_DIR}/completions/${shell}/${name})
    add_custom_command(OUTPUT ${script} COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/completions/${shell}
      COMMAND unoops --completions ${shell} > ${script} DEPENDS unoops VERBATIM)
    list(APPEND scripts ${script})
  endforeach()
  add_custom_target(completions ALL DEPENDS ${scripts})
  set(made ${CMAKE_BINARY_DIR}/completions)
  install(FILES ${made}/bash/unoops DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
  install(FILES ${made}/zsh/_unoops DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT program)
  install(FILES ${made}/fish/unoops.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)
endif()

# program: the kernel script's name leads to it, too (docs/decode_stacktrace.md).
file(CREATE_LINK unoops ${CMAKE_BINARY_DIR}/decode_stacktrace.sh SYMBOLIC)
install(TARGETS unoops RUNTIME COMPONENT program)
install(FILES ${CMAKE_BINARY_DIR}/decode_stacktrace.sh DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(FILES docs/unoops.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)

file(GLOB UNOOPS_DOCS CONFIGURE_DEPENDS docs/*.md docs/*.json)
install(FILES README.md CHANGELOG.md ${UNOOPS_DOCS} DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT docs)

install(TARGETS unoops_shared EXPORT c LIBRARY COMPONENT library NAMELINK_COMPONENT devel)

# devel: headers, the C++ library (an archive), and how CMake and pkg-config find both.
set_target_properties(unoops_lib PROPERTIES EXPORT_NAME cpp)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/unoops)
install(TARGETS unoops_lib EXPORT cpp ARCHIVE COMPONENT devel)
install(DIRECTORY include/unoops DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT devel)
install(DIRECTORY docs/examples DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT devel)
install(EXPORT c NAMESPACE unoops:: FILE unoopsTargets-c.cmake DESTINATION ${package} COMPONENT devel)
install(EXPORT cpp NAMESPACE unoops:: FILE unoopsTargets-cpp.cmake DESTINATION ${package} COMPONENT devel)
configure_package_config_file(include/unoopsConfig.cmake.in unoopsConfig.cmake INSTALL_DESTINATION ${package}
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(unoopsConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_BINARY_DIR}/unoopsConfig.cmake ${CMAKE_BINARY_DIR}/unoopsConfigVersion.cmake DESTINATION ${package}
  COMPONENT devel)
# Told from where the file lies, so that it is right below any prefix.
file(RELATIVE_PATH UNOOPS_PC_TO_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
foreach(name IN ITEMS unoops unoops-cpp)
  configure_file(include/${name}.pc.in ${name}.pc @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT devel)
endforeach()

# python: a module and its dist-info, laid out as a wheel is, where this machine's Python looks below the prefix.
find_program(UNOOPS_PYTHON3 python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(UNOOPS_PYTHON3 python3)
if(UNOOPS_PYTHON3)
  set(bindings ${CMAKE_SOURCE_DIR}/src/bindings/python)
  if(NOT UNOOPS_PYTHON_DIR)
    execute_process(COMMAND ${UNOOPS_PYTHON3} ${bindings}/build_wheel.py --where OUTPUT_VARIABLE where OUTPUT_STRIP_TRAILING_WHITESPACE
      COMMAND_ERROR_IS_FATAL ANY)
    set(UNOOPS_PYTHON_DIR ${where} CACHE STRING "Where Python's modules go, below the prefix")
  endif()
  execute_process(COMMAND ${UNOOPS_PYTHON3} ${bindings}/build_wheel.py --unpacked ${CMAKE_BINARY_DIR}/python COMMAND_ERROR_IS_FATAL ANY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${bindings}/build_wheel.py ${bindings}/unoops/__init__.py)
  install(DIRECTORY ${CMAKE_BINARY_DIR}/python/ DESTINATION ${UNOOPS_PYTHON_DIR} COMPONENT python PATTERN __pycache__ EXCLUDE)
endif()
