# The commit that --version tells: asked at every build, because it changes without a file of the tree; the header
# changes, and one file is compiled, only if the answer did.
set(commit_header ${CMAKE_BINARY_DIR}/made/cli/commit.hpp)
set(write_commit ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DOUTPUT=${commit_header} -P ${CMAKE_SOURCE_DIR}/src/commit.cmake)
execute_process(COMMAND ${write_commit})
add_custom_target(commit_header COMMAND ${write_commit} BYPRODUCTS ${commit_header} VERBATIM)
add_dependencies(unoops commit_header)
target_include_directories(unoops PRIVATE ${CMAKE_BINARY_DIR}/made)
